// One output at work: reads on from its place in the journal, delivers, waits out faults, and accounts for every metric.

import { Backoff } from "../kernel/backoff.ts";
import type { Timer } from "../kernel/clock.ts";
import { reasonOf } from "../kernel/errors.ts";
import { linkedAbort } from "../kernel/linked-abort.ts";
import type { Context, Running } from "../kernel/module.ts";
import type { Counter } from "../kernel/telemetry.ts";
import { deliveriesOf } from "./deliveries.ts";
import type { Outlet, Stretch } from "./outlet.ts";
import {
  type Delivery,
  type Output,
  type Receipt,
  Refused,
  TryLater,
  type Writer,
  type WriterNeeds,
} from "./output.ts";
import { deliver } from "./search.ts";

export interface RunningOutputPlan {
  readonly name: string;
  readonly output: Output;
  /** The output's own keys. */
  readonly settings: unknown;
  /** Metrics of one delivery at most. */
  readonly batch: number;
  /** Pause after which an output that has sent everything looks again. */
  readonly everyMs: number;
  /** For one write. */
  readonly deadlineMs: number;
  readonly retryFirstMs: number;
  readonly retryLimitMs: number;
}

export interface RunningOutputNeeds extends Context, WriterNeeds {
  readonly outlet: Outlet;
  /** Told of what the other side has, for whoever watches. */
  readonly onSent: (delivery: Delivery) => void;
}

export type OutputState = "idle" | "sending" | "retrying" | "stopped";

export interface OutputReport {
  readonly name: string;
  readonly type: string;
  readonly state: OutputState;
  /** Metrics since the start that the other side has. */
  readonly sent: number;
  /** Metrics since the start that the other side will never take. */
  readonly refused: number;
  /** Metrics since the start that grew too old, or were too many, before they could be sent. */
  readonly lost: number;
  /** Writes since the start that failed and were or will be tried again. */
  readonly retries: number;
  /** Metrics that wait in the journal. */
  readonly waiting: number;
  /** Unix seconds. */
  readonly lastSent: number | undefined;
  readonly lastFault: { readonly at: number; readonly reason: string } | undefined;
}

/** A writer that does not end this long after its signal is left alone, and a new one is opened. */
const graceMs = 1000;
/** The same fault is told again after this time. */
const tellAgainMs = 300_000;
const bytesOfMetric = 100;

class Stopped extends Error {}

export class RunningOutput implements Running {
  readonly #plan: RunningOutputPlan;
  readonly #needs: RunningOutputNeeds;
  readonly #ending = new AbortController();
  readonly #backoff: Backoff;
  readonly #sent: Counter;
  readonly #refused: Counter;
  readonly #retries: Counter;
  #writer: Writer | undefined;
  #state: OutputState = "idle";
  #lastSentMs: number | undefined;
  #fault: { atMs: number; reason: string; toldMs: number } | undefined;
  #failingSinceMs: number | undefined;
  #working: Promise<void> = Promise.resolve();

  constructor(plan: RunningOutputPlan, needs: RunningOutputNeeds) {
    this.#plan = plan;
    this.#needs = needs;
    const { retryFirstMs: firstMs, retryLimitMs: limitMs } = plan;
    this.#backoff = new Backoff({ firstMs, limitMs, jitter: 0.5 });
    const labels = { output: plan.name };
    const { telemetry, outlet } = needs;
    this.#sent = telemetry.counter("output_sent_total", "Metrics that the other side has.", labels);
    this.#refused = telemetry.counter(
      "output_refused_total",
      "Metrics that the other side will never take.",
      labels,
    );
    this.#retries = telemetry.counter(
      "output_retries_total",
      "Writes that failed and are tried again.",
      labels,
    );
    telemetry.gauge("output_waiting", "Metrics that wait in the journal.", () => outlet.waiting, labels);
    telemetry.gauge("output_failing", "1 while nothing can be sent.", () => this.#isFailing(), labels);
  }

  start(): void {
    this.#working = this.#run();
  }

  get report(): OutputReport {
    const { name, output } = this.#plan;
    return {
      name,
      type: output.name,
      state: this.#state,
      sent: this.#sent.value,
      refused: this.#refused.value,
      lost: this.#needs.outlet.lost,
      retries: this.#retries.value,
      waiting: this.#needs.outlet.waiting,
      lastSent: this.#lastSentMs === undefined ? undefined : Math.floor(this.#lastSentMs / 1000),
      lastFault:
        this.#fault === undefined
          ? undefined
          : { at: Math.floor(this.#fault.atMs / 1000), reason: this.#fault.reason },
    };
  }

  /** A write under way is given up: what it carried is sent again after the next start. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#working;
    this.#state = "stopped";
    await this.#writer?.close();
    this.#writer = undefined;
  }

  #isFailing(): number {
    return this.#failingSinceMs === undefined ? 0 : 1;
  }

  async #run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      try {
        if (!(await this.#turn())) await this.#pause(this.#plan.everyMs);
      } catch (thrown) {
        if (thrown instanceof Stopped) return;
        // The journal could not be read or the place not be written: both are tried again.
        await this.#failed(thrown).catch(() => undefined);
      }
    }
  }

  /** Sends one stretch; false when there was nothing to send. */
  async #turn(): Promise<boolean> {
    const { outlet, hostname } = this.#needs;
    const { batch } = this.#plan;
    // What is read for nobody would only lie in memory.
    if (this.#isUnsure && outlet.waiting > 0)
      await this.#withWriter((writer, signal) => writer.reach?.(signal));
    const stretch = await outlet.read({ records: batch, bytes: batch * bytesOfMetric });
    const deliveries = deliveriesOf(stretch, { atMost: batch, hostname, mark: outlet.mark });
    if (deliveries.length > 0) this.#state = "sending";
    for (const delivery of deliveries)
      await deliver(delivery, {
        attempt: (piece) => this.#attempt(piece),
        drop: (metrics, reason) => this.#refuse(metrics, reason),
      });
    await this.#advance(stretch);
    if (deliveries.length === 0) this.#state = "idle";
    return deliveries.length > 0;
  }

  async #advance({ to }: Stretch): Promise<void> {
    if (to.batch > this.#needs.outlet.position.batch) await this.#needs.outlet.advance(to);
  }

  /** Until the other side has decided. The reason of a refusal, undefined when it has taken the delivery. */
  async #attempt(delivery: Delivery): Promise<string | undefined> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const outcome = await this.#write(delivery).then(
        (receipt) => ({ receipt }),
        (thrown: unknown) => ({ thrown }),
      );
      if (!("thrown" in outcome)) return this.#arrived(delivery, outcome.receipt);
      if (outcome.thrown instanceof Refused) return outcome.thrown.message;
      if (!signal.aborted) await this.#failed(outcome.thrown);
    }
    throw new Stopped();
  }

  #write(delivery: Delivery): Promise<Receipt | undefined> {
    return this.#withWriter(async (writer, signal) => {
      if (this.#isUnsure) await writer.reach?.(signal);
      return await writer.write(delivery, signal);
    });
  }

  /** Whether it is not known that somebody is there. */
  get #isUnsure(): boolean {
    return this.#failingSinceMs !== undefined || this.#lastSentMs === undefined;
  }

  /** Within the deadline of one write. */
  async #withWriter<Result>(
    use: (writer: Writer, signal: AbortSignal) => Promise<Result> | undefined,
  ): Promise<Result | undefined> {
    const { output, settings, deadlineMs } = this.#plan;
    const { clock } = this.#needs;
    this.#writer ??= await output.open(settings, this.#needs);
    const writer = this.#writer;
    const ending = linkedAbort(this.#ending.signal, { clock, afterMs: deadlineMs });
    const { signal } = ending;
    let grace: Timer | undefined;
    const overdue = new Promise<never>((_, reject) => {
      const giveUp = () => {
        // It has not obeyed: nothing is known of what it still does.
        this.#writer = undefined;
        void writer.close().catch(() => undefined);
        reject(new Error(`no end within ${deadlineMs} ms`));
      };
      const wait = () => {
        grace = clock.after(graceMs, giveUp);
      };
      if (signal.aborted) wait();
      else signal.addEventListener("abort", wait, { once: true });
    });
    try {
      return await Promise.race([use(writer, signal), overdue]);
    } finally {
      ending.release();
      grace?.cancel();
    }
  }

  #arrived(delivery: Delivery, receipt: Receipt | undefined): undefined {
    const { clock, log } = this.#needs;
    const refused = Math.min(receipt?.refused?.metrics ?? 0, delivery.count);
    if (refused > 0) this.#refuse(refused, receipt?.refused?.reason ?? "");
    this.#sent.add(delivery.count - refused);
    this.#lastSentMs = clock.now();
    this.#backoff.reset();
    this.#state = "sending";
    if (this.#failingSinceMs !== undefined) {
      const seconds = Math.round((clock.monotonicMs() - this.#failingSinceMs) / 1000);
      log.warning("metrics arrive again", { output: this.#plan.name, failedForSeconds: seconds });
      this.#failingSinceMs = undefined;
      this.#fault = this.#fault && { ...this.#fault, toldMs: Number.NEGATIVE_INFINITY };
    }
    this.#needs.onSent(delivery);
  }

  #refuse(metrics: number, reason: string): void {
    this.#refused.add(metrics);
    this.#tell("metrics are refused for good and dropped", reason, { metrics });
  }

  /** Waits before the next try, as long as the other side wishes or the back-off says. */
  async #failed(thrown: unknown): Promise<void> {
    this.#retries.add(1);
    this.#state = "retrying";
    this.#failingSinceMs ??= this.#needs.clock.monotonicMs();
    this.#tell("metrics cannot be sent; they wait in the journal", reasonOf(thrown), {});
    const ownMs = this.#backoff.next();
    await this.#pause(thrown instanceof TryLater ? Math.max(thrown.afterMs, ownMs) : ownMs);
  }

  /** Once for each reason, and again after some minutes. */
  #tell(what: string, reason: string, facts: Readonly<Record<string, number>>): void {
    const { clock, log } = this.#needs;
    const nowMs = clock.monotonicMs();
    const isNew = this.#fault?.reason !== reason || nowMs - this.#fault.toldMs > tellAgainMs;
    if (isNew) log.warning(what, { output: this.#plan.name, reason, ...facts });
    this.#fault = { atMs: clock.now(), reason, toldMs: isNew ? nowMs : (this.#fault?.toldMs ?? nowMs) };
  }

  #pause(delayMs: number): Promise<void> {
    const { signal } = this.#ending;
    if (signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        timer.cancel();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = this.#needs.clock.after(delayMs, done);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}
