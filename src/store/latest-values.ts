// The newest value of every series: what collectors said last, whole, and what programs and senders said lately.
import type { Clock } from "../kernel/clock.ts";
import type { Batch, Metric, Tags } from "../metric/metric.ts";
import { seriesKey } from "../metric/series.ts";

/** A value of another host, or of a program, is shown for this long. */
const shownMs = 300_000;

export interface LatestNeeds {
  readonly clock: Clock;
  /** Told of a series for which there is no room. */
  readonly onOverflow: () => void;
}

interface Foreign {
  readonly metric: Metric;
  readonly seenMs: number;
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
    for (const metric of metrics) this.#recordForeign(withHost(metric, host), seenMs);
  }

  /** What this host's collectors said. */
  *collected(): Iterable<Metric> {
    for (const metrics of this.#collected.values()) yield* metrics;
  }

  /** What programs and senders said within the last minutes; the tag `host` names other hosts. */
  *foreign(): Iterable<Metric> {
    const oldestMs = this.#needs.clock.monotonicMs() - shownMs;
    for (const [key, { metric, seenMs }] of this.#foreign) {
      if (seenMs >= oldestMs) yield metric;
      else this.#foreign.delete(key);
    }
  }

  #recordForeign(metric: Metric, seenMs: number): void {
    const key = seriesKey(metric);
    if (!this.#foreign.has(key) && this.#foreign.size >= this.#maxSeries && !this.#makeRoom(seenMs)) {
      this.#needs.onOverflow();
      return;
    }
    this.#foreign.set(key, { metric, seenMs });
  }

  /** Looks through all of them at most once a second. */
  #makeRoom(nowMs: number): boolean {
    if (nowMs - this.#sweptMs < 1000) return false;
    this.#sweptMs = nowMs;
    for (const [key, { seenMs }] of this.#foreign) if (seenMs < nowMs - shownMs) this.#foreign.delete(key);
    return this.#foreign.size < this.#maxSeries;
  }
}

function withHost(metric: Metric, host: string): Metric {
  if (host === "") return metric;
  const tags: Tags = { ...metric.tags, host };
  return { ...metric, tags };
}
