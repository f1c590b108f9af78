// The spans that are not over yet, and what is remembered of those that were: bounded, whatever times values have.
import type { Clock } from "../kernel/clock.ts";
import { ownText } from "../kernel/own-text.ts";
import type { Metric } from "../metric/metric.ts";
import { seriesKey } from "../metric/series.ts";
import { Generations } from "./generations.ts";
import { addToSpan, beginSpan, type RolledSpan, type Source } from "./rolled-span.ts";
import { isUsableTime } from "./usable-time.ts";

const spansAtMost = 100_000;
/** Of them, such as have not begun: what is wrong about the time must not take the room of what is right. */
const aheadAtMost = spansAtMost / 4;
/** Series of which it is known what was given last. */
const givenAtMost = 100_000;
const forgetAfterMs = 3_600_000;

export class RollingSpans {
  readonly #everyMs: number;
  readonly #clock: Clock;
  readonly #spans = new Map<string, RolledSpan>();
  /** The end of the last given span of each series. */
  readonly #given = new Generations<number>(givenAtMost);
  #ahead = 0;
  #turnedMs: number;

  constructor(everyMs: number, clock: Clock) {
    this.#everyMs = everyMs;
    this.#clock = clock;
    this.#turnedMs = clock.monotonicMs();
  }

  /** Why the value is not taken: one of few reasons; undefined when it is. */
  take(metric: Metric, source: Source): string | undefined {
    if (!isUsableTime(metric.timestampMs, this.#clock)) return "roll_up: times too far ahead";
    const key = `${source.key}\n${seriesKey(metric)}`;
    const endMs = (Math.floor(metric.timestampMs / this.#everyMs) + 1) * this.#everyMs;
    const spanKey = `${endMs}\n${key}`;
    const known = this.#spans.get(spanKey);
    if (known !== undefined) {
      addToSpan(known, metric);
      return undefined;
    }
    const fault = this.#isGiven(key, endMs) ? "roll_up: spans that were given already" : this.#lack(endMs);
    if (fault === undefined)
      this.#spans.set(spanKey, beginSpan(metric, { source, key: ownText(key), endMs }));
    return fault;
  }

  /** Takes out what ended until then, in milliseconds since 1970. To be called often. */
  giveUntil(latestMs: number): RolledSpan[] {
    const over: RolledSpan[] = [];
    this.#ahead = 0;
    for (const [spanKey, span] of this.#spans) {
      if (span.endMs > latestMs) {
        if (this.#isAhead(span.endMs)) this.#ahead += 1;
        continue;
      }
      over.push(span);
      this.#spans.delete(spanKey);
      if (!this.#isGiven(span.key, span.endMs)) this.#given.set(span.key, span.endMs);
    }
    this.#forget();
    return over;
  }

  /** What was given for a time that is not there yet was given before the clock was set back: it begins anew. */
  #isGiven(key: string, endMs: number): boolean {
    const givenMs = this.#given.get(key);
    return givenMs !== undefined && endMs <= givenMs && givenMs <= this.#clock.now();
  }

  /** Counts the span when there is room for it. */
  #lack(endMs: number): string | undefined {
    if (this.#spans.size >= spansAtMost) return "roll_up: too many series";
    if (!this.#isAhead(endMs)) return undefined;
    if (this.#ahead >= aheadAtMost) return "roll_up: too many spans ahead of the clock";
    this.#ahead += 1;
    return undefined;
  }

  #isAhead(endMs: number): boolean {
    return endMs - this.#everyMs > this.#clock.now();
  }

  #forget(): void {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#turnedMs < Math.max(forgetAfterMs, 2 * this.#everyMs)) return;
    this.#turnedMs = nowMs;
    this.#given.turn();
  }
}
