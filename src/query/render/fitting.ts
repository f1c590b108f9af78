// Points of a series for an answer: no more than there is room for.
import { consolidated } from "../consolidation.ts";
import type { Series } from "../series.ts";
import type { Work } from "../work.ts";

export interface Points {
  readonly series: Series;
  /** Seconds since 1970 of the first point. */
  readonly start: number;
  readonly step: number;
  readonly values: Float64Array;
}

/** The points of all series that fit the time each has, made fewer where there are more than `most`. */
export async function fittingPoints(
  list: readonly Series[],
  most: number | undefined,
  work: Work,
): Promise<Points[]> {
  const [first] = list;
  if (first === undefined) return [];
  let { start, end } = first;
  for (const series of list) {
    start = Math.min(start, series.start);
    end = Math.max(end, series.end);
  }
  const points: Points[] = [];
  for (const series of list) {
    points.push(fitted(most === undefined ? whole(series) : fewer(series, most, end - start)));
    await work.breathe();
  }
  return points;
}

interface Sized {
  readonly series: Series;
  /** Values that become one. */
  readonly each: number;
}

function whole(series: Series): Sized {
  return { series, each: 1 };
}

function fewer(series: Series, most: number, rangeS: number): Sized {
  if (most === 1) return { series, each: Math.max(1, series.values.length) };
  const count = rangeS / series.step;
  if (most >= count) return whole(series);
  const each = Math.ceil(count / most);
  const width = Math.trunc(each * series.step);
  // The first point is moved to a multiple of the width, so that a graph does not tremble when it is drawn again.
  const nudge = width + (series.start % series.step) - (series.start % width);
  const lost = Math.max(0, Math.trunc(nudge / series.step) - 1);
  return { series: { ...series, start: series.start + nudge, values: series.values.subarray(lost) }, each };
}

/** Nothing is told beyond the end of a series; what stands at the end itself is. */
function fitted({ series, each }: Sized): Points {
  const step = Math.trunc(series.step * each);
  const values = consolidated(series, each);
  const places = step > 0 ? Math.max(0, Math.ceil((Math.trunc(series.end) + 1 - series.start) / step)) : 0;
  return { series, start: series.start, step, values: values.subarray(0, places) };
}
