// One handler at work: tells one event after the other, waits out faults, and accounts for every one of them.
import { createHash } from "node:crypto";
import { type AgentEvent, type Happening, type JudgedState, subjectOf } from "../event/index.ts";
import { Backoff } from "../kernel/backoff.ts";
import type { Timer } from "../kernel/clock.ts";
import { formatDuration } from "../kernel/duration.ts";
import type { Context, Running } from "../kernel/module.ts";
import { createSettledTime } from "../kernel/settled-time.ts";
import type { Counter } from "../kernel/telemetry.ts";
import type { ToldType } from "./addressing.ts";
import type { Sender } from "./handler.ts";
import type { HandlerPlan } from "./planning/handler-plan.ts";
import type { QueuedEvent } from "./queue/event-queue.ts";
import { attempt, type Outcome } from "./telling/attempt.ts";

export interface HandlerReport {
  readonly name: string;
  readonly type: string;
  /** Where it was written. */
  readonly place: string;
  readonly enabled: boolean;
  readonly severities: readonly JudgedState[];
  readonly events: readonly ToldType[];
  readonly state: "idle" | "telling" | "retrying" | "stopped";
  readonly waiting: number;
  /** Events since the start that the other side has. */
  readonly sent: number;
  /** Tries since the start that failed and were or will be made again. */
  readonly retried: number;
  /** Events since the start that the other side will never take, or that could not be made into a message. */
  readonly refused: number;
  /** Events since the start that grew too old, or were too many. */
  readonly givenUp: number;
  readonly lastError: { readonly atMs: number; readonly reason: string } | undefined;
  readonly lastSentMs: number | undefined;
}

export interface RunningHandlerNeeds extends Context {
  readonly sender: () => Sender;
  readonly secrets: readonly (string | undefined)[];
  /** Events that wait at most. */
  readonly most: number;
  readonly onAction: (happening: Happening) => void;
}

interface Waiting {
  readonly queued: QueuedEvent;
  isRetried: boolean;
}

/** The same fault is logged again after this time. */
const tellAgainMs = 300_000;
const retry = { firstMs: 2000, limitMs: 300_000, jitter: 0.5 };

export class RunningHandler implements Running {
  readonly plan: HandlerPlan;
  readonly #needs: RunningHandlerNeeds;
  readonly #ending = new AbortController();
  readonly #backoff = new Backoff(retry);
  readonly #settledTime: () => number;
  readonly #sent: Counter;
  readonly #retried: Counter;
  readonly #refused: Counter;
  readonly #givenUp: Counter;
  readonly #waiting: Waiting[] = [];
  #isBusy = false;
  #wake = () => {};
  #lastSentMs: number | undefined;
  #fault: { atMs: number; reason: string; loggedMs: number } | undefined;
  #isFailing = false;
  #working: Promise<void> = Promise.resolve();

  constructor(plan: HandlerPlan, needs: RunningHandlerNeeds) {
    this.plan = plan;
    this.#needs = needs;
    this.#settledTime = createSettledTime(needs.clock);
    const { telemetry } = needs;
    const labels = { handler: plan.name };
    const counter = (name: string, help: string) => telemetry.counter(`handler_${name}_total`, help, labels);
    this.#sent = counter("sent", "Events that the other side has.");
    this.#retried = counter("retries", "Tries to tell that failed and are made again.");
    this.#refused = counter("refused", "Events that the other side will never take.");
    this.#givenUp = counter(
      "given_up",
      "Events that grew too old, or were too many, before they could be told.",
    );
    telemetry.gauge("handler_waiting", "Events that wait to be told.", () => this.#waiting.length, labels);
    telemetry.gauge(
      "handler_failing",
      "1 while nobody can be told.",
      () => (this.#isFailing ? 1 : 0),
      labels,
    );
  }

  get report(): HandlerReport {
    const { name, kind, place, enabled, severities, events } = this.plan;
    return {
      ...{ name, type: kind.name, place, enabled, severities, events, state: this.#state },
      ...{ waiting: this.#waiting.length, sent: this.#sent.value, retried: this.#retried.value },
      ...{ refused: this.#refused.value, givenUp: this.#givenUp.value },
      lastError: this.#fault && { atMs: this.#fault.atMs, reason: this.#fault.reason },
      lastSentMs: this.#lastSentMs,
    };
  }

  start(): void {
    this.#working = this.#run();
  }

  /** Returns at once. Where too many wait, the oldest that is not being told is given up. */
  offer(queued: QueuedEvent): void {
    this.#waiting.push({ queued, isRetried: false });
    if (this.#waiting.length > this.#needs.most) this.#giveUpOldest();
    this.#wake();
  }

  /** Tells an event at once, beside the queue. */
  tellNow(event: AgentEvent): Promise<Outcome> {
    return this.#attempt(event);
  }

  /** A try under way is given up: what it told is told again after the next start. */
  async stop(): Promise<void> {
    this.#ending.abort();
    this.#wake();
    await this.#working;
  }

  get #state(): HandlerReport["state"] {
    if (this.#ending.signal.aborted) return "stopped";
    if (this.#isFailing) return "retrying";
    return this.#isBusy ? "telling" : "idle";
  }

  async #run(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const [next] = this.#waiting;
      this.#isBusy = next !== undefined;
      if (next === undefined) await this.#woken();
      else await this.#tell(next);
    }
  }

  /** Until it is told, refused or given up; or after one failed try and the pause behind it. */
  async #tell(waiting: Waiting): Promise<void> {
    const event = await waiting.queued.read();
    const { signal } = this.#ending;
    if (signal.aborted) return;
    const ageMs = this.#settledTime() - waiting.queued.atMs;
    if (ageMs > this.plan.maxAgeMs)
      return this.#giveUp(waiting, `it is older than ${formatDuration(this.plan.maxAgeMs)}`);
    if (event === undefined) return this.#giveUp(waiting, "the log of events no longer has it");
    const outcome = await this.#attempt(event);
    if (outcome.kind === "sent") this.#arrived(waiting, { event, text: outcome.text });
    else if (outcome.kind === "refused") this.#refuse(waiting, outcome.text);
    else if (!signal.aborted) await this.#failed(waiting, outcome);
  }

  #attempt(event: AgentEvent): Promise<Outcome> {
    const { clock, secrets, sender } = this.#needs;
    const { deadlineMs, name } = this.plan;
    const needs = { clock, secrets, deadlineMs, signal: this.#ending.signal };
    return attempt(sender, { id: noticeId(name, event), event }, needs);
  }

  #arrived(waiting: Waiting, { event, text }: { event: AgentEvent; text: string }): void {
    const { clock, log } = this.#needs;
    this.#sent.add(1);
    this.#lastSentMs = clock.now();
    log.info("told", { handler: this.plan.name, event: event.type, of: subjectOf(event), answer: text });
    this.#answered();
    this.#end(waiting, "sent", text);
  }

  #refuse(waiting: Waiting, reason: string): void {
    this.#refused.add(1);
    this.#answered();
    this.#remember(reason, "an event is not told", "error");
    this.#end(waiting, "refused", reason);
  }

  /** Whoever answers, also with a no, is there. */
  #answered(): void {
    this.#backoff.reset();
    if (this.#isFailing) this.#needs.log.warning("people can be told again", { handler: this.plan.name });
    this.#isFailing = false;
    this.#fault &&= { ...this.#fault, loggedMs: Number.NEGATIVE_INFINITY };
  }

  /** Waits before the next try, as long as the other side wishes or the back-off says. */
  async #failed(waiting: Waiting, { text, afterMs = 0 }: Extract<Outcome, { kind: "later" }>): Promise<void> {
    this.#retried.add(1);
    this.#isFailing = true;
    this.#remember(text, "nobody can be told; events wait", "warning");
    if (!waiting.isRetried) this.#act(waiting, "retried", text);
    waiting.isRetried = true;
    await this.#pause(Math.max(afterMs, this.#backoff.next()));
  }

  #giveUpOldest(): void {
    const place = this.#isBusy && this.#waiting.length > 1 ? 1 : 0;
    const oldest = this.#waiting[place];
    if (oldest !== undefined) this.#giveUp(oldest, `more than ${this.#needs.most} wait`);
  }

  #giveUp(waiting: Waiting, reason: string): void {
    this.#givenUp.add(1);
    this.#remember(reason, "an event is given up", "error");
    this.#end(waiting, "given-up", reason);
  }

  #end(waiting: Waiting, outcome: "sent" | "refused" | "given-up", text: string): void {
    const place = this.#waiting.indexOf(waiting);
    if (place >= 0) this.#waiting.splice(place, 1);
    waiting.queued.done();
    this.#act(waiting, outcome, text);
  }

  #act(
    { queued: { seq: about } }: Waiting,
    outcome: "sent" | "retried" | "refused" | "given-up",
    text: string,
  ): void {
    const handler = this.plan.name;
    this.#needs.onAction({ type: "action", action: "notification", handler, about, outcome, text });
  }

  /** Logged once for each reason, and again after some minutes. */
  #remember(reason: string, message: string, level: "warning" | "error"): void {
    const { clock, log } = this.#needs;
    const nowMs = clock.monotonicMs();
    const isNew = this.#fault?.reason !== reason || nowMs - this.#fault.loggedMs > tellAgainMs;
    if (isNew) log[level](message, { handler: this.plan.name, reason });
    this.#fault = { atMs: clock.now(), reason, loggedMs: isNew ? nowMs : (this.#fault?.loggedMs ?? nowMs) };
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #pause(delayMs: number): Promise<void> {
    const { signal } = this.#ending;
    return new Promise((resolve) => {
      let timer: Timer | undefined;
      const done = () => {
        timer?.cancel();
        signal.removeEventListener("abort", done);
        resolve();
      };
      if (signal.aborted) return resolve();
      signal.addEventListener("abort", done, { once: true });
      timer = this.#needs.clock.after(delayMs, done);
    });
  }
}

/** The same at every try, also after a restart. */
function noticeId(handler: string, { seq, atMs, type }: AgentEvent): string {
  return createHash("sha256").update(`${handler}\0${seq}\0${atMs}\0${type}`).digest("hex").slice(0, 32);
}
