// What came of one series within an interval: counts and extremes for all, and for timers enough to tell percentiles.
import { LogCollapsingLowestDenseDDSketch as Sketch } from "@datadog/sketches-js";
import type { Tags } from "../../metric/metric.ts";
import { DistinctCount } from "./distinct-count.ts";

export type AccumulatorKind = "counter" | "gauge" | "timer" | "distribution" | "set";

/** Values of an interval that are kept as they are; of more than these a sketch is made. */
const exactAtMost = 1000;
const sketchBins = 2048;
/** A percentile of the sketch is within this share of the true value. */
const relativeError = 0.01;

export class Accumulator {
  readonly name: string;
  readonly tags: Tags;
  readonly kind: AccumulatorKind;
  /** Samples of the interval as they came, not scaled up. */
  samples = 0;
  /** Samples of the interval as they were before the sender thinned them out. */
  count = 0;
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  /** Of a gauge, also from earlier intervals: what relative values are relative to. */
  last = 0;
  /** Intervals in a row without a sample. */
  idle = 0;
  /** Mean and sum of squared distances from it, as Welford's method has them. */
  #mean = 0;
  #spread = 0;
  #values: number[] = [];
  #sketch: Sketch | undefined;
  #distinct: DistinctCount | undefined;

  constructor(name: string, tags: Tags, kind: AccumulatorKind) {
    this.name = name;
    this.tags = tags;
    this.kind = kind;
  }

  /** `rate`: the share of all samples that the sender sends. */
  add(value: number, rate: number): void {
    this.samples += 1;
    this.count += 1 / rate;
    this.sum += value / rate;
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (this.kind === "timer" || this.kind === "distribution") this.#keep(value, rate);
  }

  /** A gauge's new value. */
  set(value: number): void {
    this.last = value;
    this.add(value, 1);
  }

  addMember(text: string): void {
    this.samples += 1;
    this.#distinct ??= new DistinctCount();
    this.#distinct.add(text);
  }

  /** Different members of a set. */
  get members(): number {
    return this.#distinct?.count ?? 0;
  }

  /** Standard deviation of all values, as of a whole population. */
  get deviation(): number {
    return this.count === 0 ? 0 : Math.sqrt(this.#spread / this.count);
  }

  /** The value below which a share of all values lies: interpolated while all are kept, then from the sketch. */
  quantile(share: number): number {
    if (this.#sketch !== undefined) return this.#sketch.getValueAtQuantile(share);
    const sorted = this.#sorted();
    const rank = share * (sorted.length - 1);
    const below = sorted[Math.floor(rank)] ?? 0;
    const above = sorted[Math.ceil(rank)] ?? below;
    return below + (above - below) * (rank - Math.floor(rank));
  }

  /** Sum of the values that are not above a limit. */
  sumUpTo(limit: number): number {
    if (this.#sketch !== undefined) return sumOfBins(this.#sketch, limit);
    return this.#values.reduce((sum, value) => (value <= limit ? sum + value : sum), 0);
  }

  /** For the next interval; a gauge keeps its last value. */
  reset(): void {
    this.idle = this.samples === 0 ? this.idle + 1 : 0;
    this.samples = 0;
    this.count = 0;
    this.sum = 0;
    this.#mean = 0;
    this.#spread = 0;
    this.min = Number.POSITIVE_INFINITY;
    this.max = Number.NEGATIVE_INFINITY;
    this.#values = [];
    this.#sketch = undefined;
    this.#distinct = undefined;
  }

  #sorted(): readonly number[] {
    return this.#values.sort((one, other) => one - other);
  }

  #keep(value: number, rate: number): void {
    const distance = value - this.#mean;
    this.#mean += distance / rate / this.count;
    this.#spread += (distance * (value - this.#mean)) / rate;
    if (this.#sketch !== undefined) this.#sketch.accept(value);
    else if (this.#values.length < exactAtMost) this.#values.push(value);
    else {
      this.#sketch = new Sketch({ relativeAccuracy: relativeError, binLimit: sketchBins });
      for (const kept of this.#values) this.#sketch.accept(kept);
      this.#sketch.accept(value);
      this.#values = [];
    }
  }
}

function sumOfBins({ mapping, store, negativeStore }: Sketch, limit: number): number {
  let sum = 0;
  const add = ({ bins, offset }: typeof store, sign: 1 | -1) => {
    bins.forEach((count, place) => {
      const value = count === 0 ? 0 : sign * mapping.value(place + offset);
      // The value of a bin may lie a little above the limit that was taken from that very bin.
      if (value <= limit + Math.abs(limit) * relativeError) sum += count * value;
    });
  };
  add(store, 1);
  add(negativeStore, -1);
  return sum;
}
