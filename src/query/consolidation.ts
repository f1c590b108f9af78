// Fewer values from many, and series of different steps side by side.
import { consolidations } from "./aggregation.ts";
import { refusal } from "./fault.ts";
import type { Series } from "./series.ts";
import type { Work } from "./work.ts";

/** Each `count` values of a series as one, by its own consolidation; none where too few are there. */
export function consolidated(series: Series, count: number): Float64Array {
  const { values, xFilesFactor } = series;
  if (count <= 1) return values;
  const unite = consolidations[series.consolidation] ?? consolidations["average"];
  if (unite === undefined) throw new Error("no consolidation");
  if (unite === consolidations["average"]) return averaged(series, count);
  return Float64Array.from({ length: Math.ceil(values.length / count) }, (_, place) => {
    const part = values.subarray(place * count, (place + 1) * count);
    const present = part.reduce((sum, value) => (Number.isNaN(value) ? sum : sum + 1), 0);
    return present > 0 && present / count >= xFilesFactor ? unite(part) : Number.NaN;
  });
}

/** The usual one, without a view of the values for each result. */
function averaged({ values, xFilesFactor }: Series, count: number): Float64Array {
  const result = new Float64Array(Math.ceil(values.length / count));
  for (let place = 0; place < result.length; place += 1) {
    const end = Math.min(values.length, (place + 1) * count);
    let sum = 0;
    let present = 0;
    for (let at = place * count; at < end; at += 1) {
      const value = values[at] as number;
      if (Number.isNaN(value)) continue;
      sum += value;
      present += 1;
    }
    result[place] = present > 0 && present / count >= xFilesFactor ? sum / present : Number.NaN;
  }
  return result;
}

export interface Rows {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  /** One column for each series; they may differ in length. */
  readonly columns: readonly Float64Array[];
  /** Length of the longest column. */
  readonly length: number;
}

/** Steps larger than this are no common step of anything. */
const stepLimit = 1e12;

/** Values of series side by side, in the smallest step that is a multiple of theirs. Undefined for no series. */
export async function sideBySide(list: readonly Series[], work: Work): Promise<Rows | undefined> {
  const [first] = list;
  if (first === undefined) return undefined;
  let { start, end, step } = first;
  for (const series of list) {
    step = leastCommonMultiple(step, series.step);
    if (!(step <= stepLimit)) throw refusal("the steps of the series have no common step");
    start = Math.min(start, series.start);
    end = Math.max(end, series.end);
  }
  end -= (end - start) % step;
  const columns: Float64Array[] = [];
  for (const series of list) {
    columns.push(consolidated(series, Math.floor(step / series.step)));
    if (work.isDue) await work.breathe();
  }
  const length = columns.reduce((most, column) => Math.max(most, column.length), 0);
  return { start, end, step, columns, length };
}

function leastCommonMultiple(one: number, other: number): number {
  if (one === other || other <= 0) return one;
  if (one <= 0) return other;
  let [large, small] = [one, other];
  while (small > 0) [large, small] = [small, large % small];
  return (one / large) * other;
}
