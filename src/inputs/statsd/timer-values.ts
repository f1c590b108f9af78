// The values of a timer within an interval: as they came while they are few, then as a sketch, each with its weight.
import { LogCollapsingLowestDenseDDSketch as Sketch } from "@datadog/sketches-js";

/** Values of an interval that are kept as they are; of more than these a sketch is made. */
const exactAtMost = 1000;
const sketchBins = 2048;
/** A percentile of the sketch is within this share of the true value. */
const relativeError = 0.01;

export class TimerValues {
  #values: number[] = [];
  /** Of each value, from the first on that was thinned out. Two lists of numbers cost a fifth of a list of pairs. */
  #rates: number[] | undefined;
  #sketch: Sketch | undefined;
  /** Sums of the values of each bin of the sketch: those of its own middles would add up to more than there was. */
  #sums = new Map<number, number>();

  /** `rate`: the share of all samples that the sender sends; the value stands for 1 / rate of them. */
  add(value: number, rate: number): void {
    if (this.#sketch !== undefined) {
      this.#accept(this.#sketch, value, rate);
      return;
    }
    if (rate !== 1) this.#rates ??= this.#values.map(() => 1);
    this.#values.push(value);
    this.#rates?.push(rate);
    if (this.#values.length > exactAtMost) this.#sketchAll();
  }

  /**
   * The value below which a share of all values lies, every sample counted as often as it was thinned out: interpolated
   * between neighbours while all are kept, then from the sketch.
   */
  quantile(share: number): number {
    if (this.#sketch !== undefined) return this.#sketch.getValueAtQuantile(share);
    this.#sort();
    return this.#rates === undefined
      ? quantileOf(this.#values, share)
      : weighedQuantile(this.#values, this.#rates, share);
  }

  /** Sum of the values that are not above a limit, scaled up like that of all. */
  sumUpTo(limit: number): number {
    if (this.#sketch !== undefined) return this.#sumOfBins(this.#sketch, limit);
    return this.#values.reduce(
      (sum, value, place) => (value <= limit ? sum + value / (this.#rates?.[place] ?? 1) : sum),
      0,
    );
  }

  reset(): void {
    this.#values = [];
    this.#rates = undefined;
    this.#sketch = undefined;
    this.#sums = new Map();
  }

  #sort(): void {
    const [values, rates] = [this.#values, this.#rates];
    if (rates === undefined) values.sort((one, other) => one - other);
    else {
      const order = values.map((value, place) => [value, rates[place] ?? 1] as const);
      order.sort(([one], [other]) => one - other);
      this.#values = order.map(([value]) => value);
      this.#rates = order.map(([, rate]) => rate);
    }
  }

  #sketchAll(): void {
    const sketch = new Sketch({ relativeAccuracy: relativeError, binLimit: sketchBins });
    const [values, rates] = [this.#values, this.#rates];
    this.reset();
    values.forEach((value, place) => void this.#accept(sketch, value, rates?.[place] ?? 1));
    this.#sketch = sketch;
  }

  #accept(sketch: Sketch, value: number, rate: number): void {
    sketch.accept(value, 1 / rate);
    const bin = binOf(sketch, value);
    this.#sums.set(bin, (this.#sums.get(bin) ?? 0) + value / rate);
  }

  /** The limit was taken from a bin: all of it counts. */
  #sumOfBins(sketch: Sketch, limit: number): number {
    const last = binOf(sketch, limit);
    let sum = 0;
    for (const [bin, one] of this.#sums) if (bin <= last) sum += one;
    return sum;
  }
}

/** Numbers of bins in the order of their values: those of negative ones below zero, that of zero, then all others. */
function binOf({ mapping }: Sketch, value: number): number {
  const size = Math.abs(value);
  if (size < mapping.minPossible) return 0;
  const bin = mapping.key(size) + binOffset;
  return value < 0 ? -bin : bin;
}

/** More than the least number of a bin is below zero. */
const binOffset = 1_000_000;

function quantileOf(sorted: readonly number[], share: number): number {
  const rank = share * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] ?? 0;
  const above = sorted[Math.ceil(rank)] ?? below;
  return below + (above - below) * (rank - Math.floor(rank));
}

/** The same in the list that has each value as often as it was there before it was thinned out. */
function weighedQuantile(sorted: readonly number[], rates: readonly number[], share: number): number {
  const rank = share * (rates.reduce((sum, rate) => sum + 1 / rate, 0) - 1);
  let below = sorted[0] ?? 0;
  /** Place of the last of the values so far. */
  let last = -1;
  for (const [place, value] of sorted.entries()) {
    if (rank <= last) return below;
    if (rank < last + 1) return below + (value - below) * (rank - last);
    below = value;
    last += 1 / (rates[place] ?? 1);
  }
  return below;
}
