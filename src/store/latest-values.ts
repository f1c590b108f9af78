// The newest value of every series: what collectors said last, whole, and what programs and senders said lately.
import type { Clock } from "../kernel/clock.ts";
import { ownText, ownTexts } from "../kernel/own-text.ts";
import type { Batch, Metric, Tags } from "../metric/metric.ts";
import { seriesKey } from "../metric/series.ts";

/** A value of another host, or of a program, is shown for this long. */
const shownMs = 300_000;

export interface LatestNeeds {
  readonly clock: Clock;
  /** Told of a series for which there is no room. */
  readonly onOverflow: () => void;
}

/** Changed in place: an object for each value that comes would outlive the youngest generation, and be dear. */
interface Foreign extends Metric {
  value: number;
  timestampMs: number;
  seenMs: number;
}

export class LatestValues {
  readonly #maxSeries: number;
  readonly #needs: LatestNeeds;
  /** By collector: a device that is gone is gone with the next reading. */
  readonly #collected = new Map<string, readonly Metric[]>();
  readonly #foreign = new Map<string, Foreign>();
  #sweptMs = Number.NEGATIVE_INFINITY;

  constructor(maxSeries: number, needs: LatestNeeds) {
    this.#maxSeries = maxSeries;
    this.#needs = needs;
  }

  record({ origin, collector, host, metrics }: Batch): void {
    const [first] = metrics;
    if (first === undefined) return;
    if (origin === "collectors") {
      this.#collected.set(collector ?? first.name.split(".", 1)[0] ?? "", metrics);
      return;
    }
    const seenMs = this.#needs.clock.monotonicMs();
    for (const metric of metrics) this.#recordForeign(metric, host, seenMs);
  }

  /** What this host's collectors said. */
  *collected(): Iterable<Metric> {
    for (const metrics of this.#collected.values()) yield* metrics;
  }

  /** What programs and senders said within the last minutes; the tag `host` names other hosts. */
  *foreign(): Iterable<Metric> {
    const oldestMs = this.#needs.clock.monotonicMs() - shownMs;
    for (const [key, foreign] of this.#foreign) {
      if (foreign.seenMs >= oldestMs) yield foreign;
      else this.#foreign.delete(key);
    }
  }

  #recordForeign({ name, tags, value, timestampMs }: Metric, host: string, seenMs: number): void {
    const all = withHost(tags, host);
    const key = seriesKey({ name, tags: all });
    const known = this.#foreign.get(key);
    if (known !== undefined) {
      known.value = value;
      known.timestampMs = timestampMs;
      known.seenMs = seenMs;
    } else if (this.#foreign.size < this.#maxSeries || this.#makeRoom(seenMs))
      this.#foreign.set(ownText(key), {
        ...{ name: ownText(name), tags: ownTexts(all) },
        ...{ value, timestampMs, seenMs },
      });
    else this.#needs.onOverflow();
  }

  /** Looks through all of them at most once a second. */
  #makeRoom(nowMs: number): boolean {
    if (nowMs - this.#sweptMs < 1000) return false;
    this.#sweptMs = nowMs;
    for (const [key, { seenMs }] of this.#foreign) if (seenMs < nowMs - shownMs) this.#foreign.delete(key);
    return this.#foreign.size < this.#maxSeries;
  }
}

function withHost(tags: Tags, host: string): Tags {
  return host === "" ? tags : { ...tags, host };
}
