// Points gathered into buckets of equal width: least, greatest, sum, number and last value of each.
import type { Points } from "../../formats/chunk/chunk.ts";
import { withoutNoise } from "./sum.ts";

const aggregates = ["avg", "min", "max", "sum", "count", "last"] as const;
export type Aggregate = (typeof aggregates)[number];

/** Points of one series whose slots are counted from a moment. */
export interface PlacedPoints extends Points {
  readonly originMs: number;
  readonly everyMs: number;
}

/** Columns of rolled-up points: least, greatest, sum, number and last value. */
export const summaryColumns = 5;

export class Buckets {
  #fromMs = 0;
  #stepMs = 1;
  #length = 0;
  /** Figures that are kept; for all of them when undefined. */
  #only: Aggregate | undefined;
  #min = new Float64Array(0);
  #max = new Float64Array(0);
  #sum = new Float64Array(0);
  #count = new Float64Array(0);
  #last = new Float64Array(0);

  /** Buckets of `stepMs` milliseconds from `fromMs` on, empty: for all figures, or for one alone, which is cheaper. */
  begin(fromMs: number, stepMs: number, { count, only }: { count: number; only?: Aggregate }): this {
    this.#fromMs = fromMs;
    this.#stepMs = stepMs;
    this.#length = count;
    this.#only = only;
    if (this.#count.length < count) {
      this.#min = new Float64Array(count);
      this.#max = new Float64Array(count);
      this.#sum = new Float64Array(count);
      this.#count = new Float64Array(count);
      this.#last = new Float64Array(count);
    }
    this.clear();
    return this;
  }

  clear(): void {
    this.#sum.fill(0, 0, this.#length);
    this.#count.fill(0, 0, this.#length);
  }

  /**
   * Adds points of one column (values) or of those of rolled-up points, later ones last; those outside are left out.
   * Where the last value was not kept (in blocks of version 1), the mean stands for it.
   */
  add({ slots, columns, originMs, everyMs }: PlacedPoints): void {
    const [min, max = min, sum = min, count, last] = columns;
    if (min === undefined || max === undefined || sum === undefined) return;
    const isWide = this.#only === undefined || this.#only === "min" || this.#only === "max";
    for (let place = 0; place < slots.length; place += 1) {
      const timeMs = originMs + (slots[place] as number) * everyMs;
      const at = Math.floor((timeMs - this.#fromMs) / this.#stepMs);
      if (at < 0 || at >= this.#length) continue;
      const number = count?.[place] ?? 1;
      if (isWide) this.#widen(at, min[place] as number, max[place] as number);
      this.#sum[at] = (this.#sum[at] as number) + (sum[place] as number);
      this.#count[at] = (this.#count[at] as number) + number;
      this.#last[at] = last?.[place] ?? (sum[place] as number) / number;
    }
  }

  #widen(at: number, min: number, max: number): void {
    const empty = this.#count[at] === 0;
    if (empty || min < (this.#min[at] as number)) this.#min[at] = min;
    if (empty || max > (this.#max[at] as number)) this.#max[at] = max;
  }

  /** The buckets that hold something as rolled-up points; slots are the buckets' numbers. */
  toPoints(): Points {
    const slots = this.#filled();
    const pick = (of: (at: number) => number) => slots.map(of);
    return {
      slots,
      columns: [
        pick((at) => this.#min[at] as number),
        pick((at) => this.#max[at] as number),
        pick((at) => this.#sumAt(at)),
        pick((at) => this.#count[at] as number),
        pick((at) => this.#last[at] as number),
      ],
    };
  }

  /** A value for each bucket; NaN for those that hold nothing. */
  toGrid(aggregate: Aggregate): Float64Array {
    const value = this.#reader(aggregate);
    const grid = new Float64Array(this.#length);
    for (let at = 0; at < grid.length; at += 1) grid[at] = this.#count[at] === 0 ? Number.NaN : value(at);
    return grid;
  }

  #reader(aggregate: Aggregate): (at: number) => number {
    const counts = this.#count;
    if (aggregate === "avg") return (at) => this.#sumAt(at) / (counts[at] as number);
    if (aggregate === "sum") return (at) => this.#sumAt(at);
    const values = { min: this.#min, max: this.#max, count: this.#count, last: this.#last }[aggregate];
    return (at) => values[at] as number;
  }

  /** A value that is alone comes back bit by bit. */
  #sumAt(at: number): number {
    const sum = this.#sum[at] as number;
    return this.#count[at] === 1 ? sum : withoutNoise(sum);
  }

  #filled(): Float64Array {
    const filled = new Float64Array(this.#length);
    let length = 0;
    for (let at = 0; at < this.#length; at += 1) {
      if (this.#count[at] === 0) continue;
      filled[length] = at;
      length += 1;
    }
    return filled.slice(0, length);
  }
}
