// What came of one series within an interval: counts and extremes for all, and for timers enough to tell percentiles.
import type { Tags } from "../../metric/metric.ts";
import { DistinctCount, type DistinctRoom } from "./distinct-count.ts";
import { TimerValues } from "./timer-values.ts";

export type AccumulatorKind = "counter" | "gauge" | "timer" | "distribution" | "set";

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
  /** Whether a gauge was changed by so much in the interval: what counts is where that led, as with etsy's. */
  isChanged = false;
  /** Intervals in a row without a sample. */
  idle = 0;
  /** Mean and sum of squared distances from it, as Welford's method has them. */
  #mean = 0;
  #spread = 0;
  #values: TimerValues | undefined;
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

  /** A gauge's new value, which was told as a change. */
  change(value: number): void {
    this.isChanged = true;
    this.set(value);
  }

  /** `room` is for all sets together. False when it is used up. */
  addMember(text: string, room: DistinctRoom): boolean {
    this.#distinct ??= new DistinctCount(room);
    const isCounted = this.#distinct.add(text);
    if (isCounted) this.samples += 1;
    return isCounted;
  }

  /** Different members of a set. */
  get members(): number {
    return this.#distinct?.count ?? 0;
  }

  /** Standard deviation of all values, as of a whole population. */
  get deviation(): number {
    return this.count === 0 ? 0 : Math.sqrt(this.#spread / this.count);
  }

  /** The value below which a share of all values of a timer lies. */
  quantile(share: number): number {
    const value = this.#values?.quantile(share) ?? 0;
    // A sketch knows it only within a share of its own.
    return Math.min(this.max, Math.max(this.min, value));
  }

  /** Sum of a timer's values that are not above a limit. */
  sumUpTo(limit: number): number {
    return this.#values?.sumUpTo(limit) ?? 0;
  }

  /** For the next interval; a gauge keeps its last value. */
  reset(): void {
    this.idle = this.samples === 0 ? this.idle + 1 : 0;
    this.samples = 0;
    this.isChanged = false;
    this.count = 0;
    this.sum = 0;
    this.#mean = 0;
    this.#spread = 0;
    this.min = Number.POSITIVE_INFINITY;
    this.max = Number.NEGATIVE_INFINITY;
    this.#values?.reset();
    this.#distinct?.clear();
  }

  #keep(value: number, rate: number): void {
    const distance = value - this.#mean;
    this.#mean += distance / rate / this.count;
    this.#spread += (distance * (value - this.#mean)) / rate;
    this.#values ??= new TimerValues();
    this.#values.add(value, rate);
  }
}
