// One collector at work: its beat, its deadline, its state, and what it found last.
import { AgentError, reasonOf } from "../kernel/errors.ts";
import type { Context, Running } from "../kernel/module.ts";
import { startSchedule } from "../kernel/schedule.ts";
import type { Batch } from "../metric/metric.ts";
import {
  type Collector,
  type CollectorNeeds,
  type Earlier,
  isNotEligible,
  type Reading,
} from "./collector.ts";
import type { HostFiles } from "./host-files.ts";
import { metricsOfReading } from "./reading-metrics.ts";

/** PENDING: never ran. NOT-ELIGIBLE: this host has no such thing. ERROR: it could not be read (contract opsbro §4.1). */
export type CollectorState = "PENDING" | "RUNNING" | "OK" | "NOT-ELIGIBLE" | "ERROR" | "DISABLED";

export interface CollectorReport {
  readonly name: string;
  readonly summary: string;
  readonly state: CollectorState;
  /** Why it is in this state; empty when all is well. */
  readonly log: string;
  /** True when the last run found something. */
  readonly active: boolean;
  /** What was found last, with every spelling of the keys; undefined when nothing was. */
  readonly results: Reading | undefined;
  /** Series that it makes. */
  readonly metrics: number;
  readonly everyMs: number;
  /** Milliseconds that the last run took. */
  readonly tookMs: number;
  /** Wall times in milliseconds; 0 before the first run, and where there will be none. */
  readonly lastMs: number;
  readonly nextMs: number;
}

export interface CollectorRunNeeds extends Context, Pick<CollectorNeeds, "engineAt"> {
  readonly host: HostFiles;
  readonly emit: (batch: Batch) => void;
  readonly onState: (change: { name: string; from: CollectorState; to: CollectorState; log: string }) => void;
  /** Told after each run: what was found, with every spelling of the keys, or that there is nothing. */
  readonly onReading: (collector: string, reading: Reading | undefined) => void;
  /** Whether this node is in the group. */
  readonly isInGroup: (group: string) => boolean;
}

export interface CollectorPlan {
  readonly collector: Collector;
  readonly enabled: boolean;
  /** It runs only while the node is in this group. */
  readonly group: string | undefined;
  /** Why its parameters cannot be used; undefined: they can. */
  readonly fault: string | undefined;
  /** The collector's own parameters. */
  readonly parameters: unknown;
  readonly everyMs: number;
  readonly deadlineMs: number;
  /** Milliseconds to the first run. */
  readonly firstMs: number;
}

/** How long a rate is measured over when there is no earlier sample. */
const firstWindowMs = 1000;

interface Taken {
  readonly sample: unknown;
  readonly atMs: number;
}

export class CollectorRun {
  readonly plan: CollectorPlan;
  readonly #needs: CollectorRunNeeds;
  #state: CollectorState;
  /** What the state was before a run that is under way. */
  #settled: CollectorState;
  #log = "";
  #results: Reading | undefined;
  #metrics = 0;
  #latest: Taken | undefined;
  #pair: { sample: unknown; earlier: Earlier<unknown> | undefined } | undefined;
  #hung: Promise<unknown> | undefined;
  #lastMs = 0;
  #nextMs = 0;
  #tookMs = 0;

  constructor(plan: CollectorPlan, needs: CollectorRunNeeds) {
    this.plan = plan;
    this.#needs = needs;
    this.#state = plan.enabled ? "PENDING" : "DISABLED";
    this.#settled = this.#state;
  }

  /** The last two samples, for those who measure other things from the same readings. */
  get samples(): { sample: unknown; earlier: Earlier<unknown> | undefined } | undefined {
    return this.#pair;
  }

  /** True while the last run found something. */
  get isActive(): boolean {
    return this.#results !== undefined;
  }

  get report(): CollectorReport {
    const { collector, everyMs } = this.plan;
    return {
      name: collector.name,
      summary: collector.summary,
      state: this.#state,
      log: this.#log,
      active: this.#results !== undefined,
      results: this.#results,
      metrics: this.#metrics,
      everyMs,
      tookMs: this.#tookMs,
      lastMs: this.#lastMs,
      nextMs: this.#nextMs,
    };
  }

  start(): Running {
    const { collector, everyMs, firstMs } = this.plan;
    const { clock } = this.#needs;
    this.#nextMs = clock.now() + firstMs;
    const run = async () => {
      await this.once();
      this.#nextMs = clock.now() + everyMs;
    };
    return startSchedule({ name: `inputs.collectors.${collector.name}`, everyMs, firstMs, run }, this.#needs);
  }

  /** One round: read, measure, hand on. Never rejects, and is over at the deadline whatever the reading does. */
  async once(): Promise<void> {
    if (this.#hung !== undefined) return;
    const { group } = this.plan;
    if (group !== undefined && !this.#needs.isInGroup(group)) {
      this.#forget(undefined);
      this.#settle("NOT-ELIGIBLE", `the node is not in the group ${group}`);
      return;
    }
    const { fault } = this.plan;
    if (fault !== undefined) {
      this.#settle("ERROR", fault);
      return;
    }
    const { clock } = this.#needs;
    this.#state = "RUNNING";
    this.#lastMs = clock.now();
    const beganMs = clock.monotonicMs();
    try {
      this.#take(await this.#round());
    } catch (thrown) {
      if (this.#needs.signal.aborted) return;
      this.#forget(isAway(thrown) ? this.plan.collector.whenAway : undefined);
      this.#settle("ERROR", thrown instanceof AgentError ? thrown.message : reasonOf(thrown));
    }
    this.#tookMs = clock.monotonicMs() - beganMs;
  }

  #take(found: Reading | string): void {
    if (typeof found === "string") {
      this.#forget(undefined);
      this.#settle("NOT-ELIGIBLE", found);
      return;
    }
    const { collector } = this.plan;
    const timestampMs = this.#needs.clock.now();
    const metrics = metricsOfReading(collector, found, timestampMs);
    this.#results = collector.spellings(found);
    this.#needs.onReading(collector.name, this.#results);
    this.#metrics = metrics.length;
    this.#settle("OK", "");
    if (metrics.length > 0)
      this.#needs.emit({
        ...{ origin: "collectors", collector: this.plan.collector.name },
        ...{ host: "", timestampMs, metrics },
      });
  }

  /** What was found before holds no longer, for nobody. */
  #forget(instead: Reading | undefined): void {
    this.#results = instead;
    this.#needs.onReading(this.plan.collector.name, instead);
    this.#metrics = 0;
    this.#pair = undefined;
  }

  /** The reading, or why there is none. Rates need two samples: the first time they are taken a second apart. */
  async #round(): Promise<Reading | string> {
    const before = this.#latest;
    const first = await this.#read();
    if (typeof first === "string") return first;
    const reading = this.#measure(first, before);
    if (reading !== undefined) return reading;
    await this.#pause(firstWindowMs);
    const second = await this.#read();
    if (typeof second === "string") return second;
    return this.#measure(second, first) ?? "there is nothing to be measured";
  }

  /** Shorter when the agent stops. */
  async #pause(ms: number): Promise<void> {
    const { clock, signal } = this.#needs;
    await new Promise<void>((resolve) => {
      const end = () => {
        timer.cancel();
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = clock.after(ms, end);
      if (signal.aborted) end();
      else signal.addEventListener("abort", end, { once: true });
    });
    signal.throwIfAborted();
  }

  #measure(taken: Taken, before: Taken | undefined): Reading | undefined {
    const elapsedMs = before === undefined ? 0 : taken.atMs - before.atMs;
    const earlier = before === undefined || elapsedMs <= 0 ? undefined : { sample: before.sample, elapsedMs };
    this.#pair = { sample: taken.sample, earlier };
    return this.plan.collector.measure(taken.sample, earlier);
  }

  async #read(): Promise<Taken | string> {
    const { collector, parameters } = this.plan;
    const ending = new AbortController();
    const reading = collector.read(parameters, { ...this.#needs, signal: ending.signal });
    const sample = await this.#withinDeadline(reading, () => ending.abort());
    if (isNotEligible(sample)) {
      this.#latest = undefined;
      return sample.notEligible;
    }
    this.#latest = { sample, atMs: this.#needs.clock.monotonicMs() };
    return this.#latest;
  }

  /** A reading that outlasts its deadline, or the agent, is not started again before it is over. */
  async #withinDeadline<Value>(reading: Promise<Value>, end: () => void): Promise<Value> {
    const { clock, signal } = this.#needs;
    const { deadlineMs } = this.plan;
    let giveUp = () => {};
    const late = new Promise<never>((_, reject) => {
      giveUp = () => {
        const over = () => {
          this.#hung = undefined;
        };
        this.#hung = reading.then(over, over);
        end();
        reject(new AgentError("collector.late", { deadlineMs }));
      };
    });
    const timer = clock.after(deadlineMs, giveUp);
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
    try {
      return await Promise.race([reading, late]);
    } finally {
      timer.cancel();
      signal.removeEventListener("abort", giveUp);
    }
  }

  #settle(to: CollectorState, log: string): void {
    const from = this.#settled;
    this.#state = to;
    this.#settled = to;
    this.#log = log;
    if (from === to) return;
    const { name } = this.plan.collector;
    this.#needs.onState({ name, from, to, log });
    if (to === "ERROR") this.#needs.log.warning("a collector fails", { collector: name, reason: log });
    else if (from === "ERROR") this.#needs.log.warning("a collector works again", { collector: name });
  }
}

/** Nobody answered, in time or at all; a server that declines is there. */
function isAway(thrown: unknown): boolean {
  if (!(thrown instanceof AgentError)) return false;
  if (thrown.code === "collector.late") return true;
  return thrown.code === "collector.unanswered" && thrown.facts["declined"] !== true;
}
