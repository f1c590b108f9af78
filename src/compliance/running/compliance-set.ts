// All objects at work: each on its beat, never beside itself, few at once, every look with a deadline.

import type { Happening } from "../../event/index.ts";
import type { Timer } from "../../kernel/clock.ts";
import { reasonOf } from "../../kernel/errors.ts";
import { linkedAbort } from "../../kernel/linked-abort.ts";
import type { Context } from "../../kernel/module.ts";
import type { CompliancePlan } from "../definition/plan.ts";
import { ComplianceRun, type RuleChange } from "./compliance-run.ts";
import { type PassNeeds, passOver, type RuleResult } from "./pass.ts";
import { Places } from "./places.ts";
import { isNotable } from "./state.ts";

export interface ComplianceSetNeeds extends Context, PassNeeds {
  readonly deadlineMs: number;
  readonly tell: (happening: Happening) => void;
}

const atOnce = 2;
/** From the start to the first look of all. */
export const firstMs = 200;
const earlyRetryMs = 500;
const shortestPauseMs = 100;
/** For package managers that are in the middle of something. */
const lastWaitMs = 8000;

export class ComplianceSet {
  readonly runs: readonly ComplianceRun[];
  readonly #needs: ComplianceSetNeeds;
  readonly #places = new Places(atOnce);
  readonly #timers = new Map<ComplianceRun, Timer>();
  /** What each object does, or did last: the next look waits for it, also where nobody else does any more. */
  readonly #work = new Map<ComplianceRun, Promise<unknown>>();
  readonly #launches = new Map<ComplianceRun, Promise<void>>();
  readonly #stopping = new AbortController();

  constructor(plans: readonly CompliancePlan[], needs: ComplianceSetNeeds) {
    this.#needs = needs;
    this.runs = plans.map((plan) => new ComplianceRun(plan));
  }

  start(): void {
    for (const run of this.runs) this.#plan(run, firstMs);
  }

  /** Looks whatever the condition says. Those who ask while one waits are given the same. */
  async launch(run: ComplianceRun): Promise<void> {
    const launch = this.#launches.get(run) ?? this.#look(run, true).then(() => {});
    this.#launches.set(run, launch);
    await launch.finally(() => this.#launches.delete(run));
  }

  /** Safe to call twice. Waits a while for what must not be broken off. */
  async stop(): Promise<void> {
    for (const timer of this.#timers.values()) timer.cancel();
    this.#timers.clear();
    this.#stopping.abort(new Error("the agent stops"));
    let cancel = () => {};
    const late = new Promise<void>((resolve) => {
      cancel = this.#needs.clock.after(lastWaitMs, resolve).cancel;
    });
    await Promise.race([Promise.allSettled(this.#work.values()), late]);
    cancel();
  }

  #plan(run: ComplianceRun, delayMs: number): void {
    if (this.#stopping.signal.aborted) return;
    this.#timers.set(
      run,
      this.#needs.clock.after(delayMs, () => void this.#beat(run)),
    );
  }

  async #beat(run: ComplianceRun): Promise<void> {
    const { clock, log } = this.#needs;
    const beganMs = clock.monotonicMs();
    try {
      const wasEarly = await this.#look(run, false);
      const leftMs = beganMs + run.pauseMs - clock.monotonicMs();
      this.#plan(run, wasEarly ? earlyRetryMs : Math.max(shortestPauseMs, leftMs));
    } catch (thrown) {
      log.error("a compliance could not be looked at", { name: run.plan.name, reason: reasonOf(thrown) });
      this.#plan(run, run.plan.everyMs);
    }
  }

  /** True: it cannot be said yet. */
  async #look(run: ComplianceRun, forced: boolean): Promise<boolean> {
    const before = this.#work.get(run) ?? Promise.resolve();
    const look = before.then(() => this.#inPlace(run, forced));
    this.#work.set(
      run,
      look.then(({ work }) => work).catch(() => {}),
    );
    return (await look).wasEarly;
  }

  async #inPlace(run: ComplianceRun, forced: boolean): Promise<Looked> {
    await this.#places.take();
    try {
      return await this.#pass(run, forced);
    } finally {
      this.#places.give();
    }
  }

  /** Resolves at the deadline also where the work goes on. */
  async #pass(run: ComplianceRun, forced: boolean): Promise<Looked> {
    const { clock, deadlineMs } = this.#needs;
    const untilMs = clock.monotonicMs() + deadlineMs;
    const message = `not done within ${deadlineMs / 1000} s`;
    const ending = linkedAbort(this.#stopping.signal, { clock, afterMs: deadlineMs, message });
    const { signal } = ending;
    run.isRunning = true;
    const onStep = (place: number) => {
      run.step = place;
    };
    const remainingMs = () => untilMs - clock.monotonicMs();
    const work = passOver(run.plan, { forced, signal, remainingMs, onStep }, this.#needs);
    try {
      const results = await Promise.race([work, whenAborted(signal)]);
      this.#take(run, results === "aborted" ? run.givenUp(reasonOf(signal.reason)) : results);
      return { work, wasEarly: results === "early" };
    } finally {
      ending.release();
      run.isRunning = false;
      run.step = -1;
    }
  }

  #take(run: ComplianceRun, results: readonly RuleResult[] | "early"): void {
    if (results === "early" || this.#stopping.signal.aborted) return;
    run.lastMs = this.#needs.clock.now();
    for (const change of run.take(results)) this.#tell(run, change);
  }

  #tell({ plan }: ComplianceRun, { rule, from, to, infos }: RuleChange): void {
    const { log, tell } = this.#needs;
    const facts = {
      compliance: plan.name,
      rule: rule.name,
      from,
      to,
      infos: infos.map(({ text }) => text).join("; "),
    };
    if (to === "ERROR" || to === "FIXED") log.warning("a rule of compliance changed", facts);
    else log.info("a rule of compliance changed", facts);
    tell({
      ...{ type: "compliance", compliance: plan.name, rule: rule.name, mode: plan.mode },
      ...{ state: to, oldState: from, infos, notable: isNotable(from, to) },
    });
  }
}

interface Looked {
  /** What the next look of the same object waits for. */
  readonly work: Promise<unknown>;
  readonly wasEarly: boolean;
}

function whenAborted(signal: AbortSignal): Promise<"aborted"> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve("aborted");
    else signal.addEventListener("abort", () => resolve("aborted"), { once: true });
  });
}
