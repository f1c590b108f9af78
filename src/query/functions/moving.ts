// Functions of the values in a window that moves along. What stands before the time asked for is fetched as well.
import { type Aggregation, aggregation, present } from "../aggregation.ts";
import { eachSeries, wrapped } from "../calculation/each.ts";
import { createSortedWindow } from "../calculation/sorted-window.ts";
import { refusal } from "../fault.ts";
import { type Call, defineFunction, type Parameter, seriesList } from "../function.ts";
import { rounded } from "../number-text.ts";
import { derived, noValues, type Series, withTag } from "../series.ts";
import { parseTimeOffset } from "../time/time-offset.ts";

const windowSize = {
  name: "windowSize",
  type: "intOrInterval",
  required: true,
  suggestions: [5, 7, 10, "1min", "5min", "10min", "30min", "1hour"],
} as const satisfies Parameter;

/** Points of the widest window. */
const widest = 100_000;

interface Window {
  /** Seconds that are fetched before the time asked for. */
  readonly seconds: number;
  /** As it stands in names. */
  readonly text: string;
  pointsOf(series: Series): number;
}

function windowOf(list: readonly Series[], size: number | string): Window {
  if (typeof size === "string") {
    const seconds = Math.abs(parseTimeOffset(size) ?? 0);
    return { seconds, text: `"${size}"`, pointsOf: ({ step }) => checked(Math.floor(seconds / step)) };
  }
  const points = checked(size);
  const step = list.reduce((most, series) => Math.max(most, series.step), 0);
  return { seconds: step * points, text: String(size), pointsOf: () => points };
}

function checked(points: number): number {
  if (points >= 0 && points <= widest) return points;
  throw refusal(`the window must hold 0 to ${widest} points, not ${points}`);
}

interface Moving {
  readonly func: string;
  readonly size: number | string;
  readonly xFilesFactor: number | undefined;
}

async function moving(
  list: readonly Series[],
  { func, size, xFilesFactor }: Moving,
  call: Call,
): Promise<Series[]> {
  if (list.length === 0) return [];
  const unite = aggregation(func);
  const window = windowOf(list, size);
  const name = `moving${func.slice(0, 1).toUpperCase()}${func.slice(1).toLowerCase()}`;
  const results: Series[] = [];
  for (const series of await call.again({ startS: call.context.startS - window.seconds })) {
    const points = window.pointsOf(series);
    const least = xFilesFactor ?? series.xFilesFactor;
    const values = await overWindows(
      series.values,
      { points, least, unite, isMedian: func === "median" },
      call,
    );
    results.push(
      derived(series, {
        name: `${name}(${series.name},${window.text})`,
        start: series.start + window.seconds,
        values,
        tags: withTag(series, name, String(size)),
      }),
    );
  }
  return results;
}

interface Windowed {
  readonly points: number;
  /** Share of values that must be there. */
  readonly least: number;
  readonly unite: Aggregation;
  readonly isMedian: boolean;
}

/** For each place behind the first window what the values of the window before it make. */
async function overWindows(values: Float64Array, windowed: Windowed, call: Call): Promise<Float64Array> {
  const { points, least } = windowed;
  const { work } = call.context;
  const results = work.room(Math.max(0, values.length - points));
  let touched = 0;
  if (points === 0) return results;
  const first = values.subarray(0, points);
  const uniting = windowed.isMedian
    ? movingMedian(first)
    : movingValue(windowed.unite, { count: present(first).length, points });
  for (let place = 0; place < results.length; place += 1) {
    if (uniting.count() / points >= least)
      results[place] = uniting.value(values.subarray(place, place + points));
    uniting.move(values[place] ?? Number.NaN, values[place + points] ?? Number.NaN);
    touched += uniting.cost;
    if (touched < 20_000) continue;
    touched = 0;
    if (work.isDue) await work.breathe();
  }
  return results;
}

/** What values in a window make, kept while it moves by a place; NaN when none is there. */
interface Uniting {
  /** Values that are looked at for each place, about. */
  readonly cost: number;
  /** Values that are there. */
  count(): number;
  value(inside: Float64Array): number;
  move(leaving: number, entering: number): void;
}

function movingMedian(first: Float64Array): Uniting {
  const { move, median, count } = createSortedWindow(first);
  return { cost: 50 + first.length / 100, move, count, value: median };
}

function movingValue(unite: Aggregation, first: { count: number; points: number }): Uniting {
  let { count } = first;
  return {
    cost: 50 + first.points * 3,
    count: () => count,
    value(inside) {
      if (count === 0) return Number.NaN;
      return unite(count < inside.length ? present(inside) : inside);
    },
    move(leaving, entering) {
      if (!Number.isNaN(leaving)) count -= 1;
      if (!Number.isNaN(entering)) count += 1;
    },
  };
}

function named(name: string, func: string) {
  return defineFunction({
    name,
    group: "Calculate",
    summary: `The ${func} of the values in the window before each place.`,
    params: [seriesList, windowSize, { name: "xFilesFactor", type: "float" }],
    apply: ({ seriesList: list, windowSize: size, xFilesFactor }, call) =>
      moving(list, { func, size, xFilesFactor }, call),
  });
}

/** Newer values weigh more: a share of the new one and the rest of the average so far. */
function smoothed(values: Float64Array, points: number, weight: number): Float64Array {
  const first = aggregation("average")(values.subarray(0, points));
  let average = !Number.isNaN(first) ? first : 0;
  const results = noValues(1 + Math.max(0, values.length - points));
  results[0] = rounded(average, 6);
  for (let place = points; place < values.length; place += 1) {
    const value = values[place] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    average = weight * value + (1 - weight) * average;
    results[place - points + 1] = rounded(average, 6);
  }
  return results;
}

/** The standard deviation of the values up to each place, of as many as there may be. */
function deviations(values: Float64Array, points: number, tolerance: number): Float64Array {
  let count = 0;
  let sum = 0;
  let squares = 0;
  return values.map((value, place) => {
    const left = place < points ? Number.NaN : (values[place - points] ?? Number.NaN);
    if (!Number.isNaN(left)) {
      count -= 1;
      sum -= left;
      squares -= left * left;
    }
    if (!Number.isNaN(value)) {
      count += 1;
      sum += value;
      squares += value * value;
    }
    if (count === 0 || count / points < tolerance) return Number.NaN;
    return Math.sqrt(count * squares - sum * sum) / count;
  });
}

export const movingFunctions = [
  named("movingAverage", "average"),
  named("movingMedian", "median"),
  named("movingSum", "sum"),
  named("movingMin", "min"),
  named("movingMax", "max"),
  defineFunction({
    name: "movingWindow",
    group: "Calculate",
    summary: "An aggregation of the values in the window before each place.",
    params: [
      seriesList,
      windowSize,
      { name: "func", type: "aggFunc", default: "average" },
      { name: "xFilesFactor", type: "float" },
    ],
    apply: ({ seriesList: list, windowSize: size, func, xFilesFactor }, call) =>
      moving(list, { func, size, xFilesFactor }, call),
  }),
  defineFunction({
    name: "exponentialMovingAverage",
    group: "Calculate",
    summary: "The average up to each place, in which newer values weigh more.",
    params: [seriesList, windowSize],
    async apply({ seriesList: list, windowSize: size }, call) {
      if (list.length === 0) return [];
      const window = windowOf(list, size);
      const weight = 2 / ((typeof size === "string" ? window.seconds : size) + 1);
      const longer = await call.again({ startS: call.context.startS - window.seconds });
      return await eachSeries(longer, call, (series) =>
        derived(series, {
          name: `exponentialMovingAverage(${series.name},${window.text})`,
          start: series.start + window.seconds,
          values: smoothed(series.values, window.pointsOf(series), weight),
          tags: withTag(series, "exponentialMovingAverage", String(size)),
        }),
      );
    },
  }),
  defineFunction({
    name: "stdev",
    group: "Calculate",
    summary: "The standard deviation of the values up to each place, where enough of them are there.",
    params: [
      seriesList,
      { name: "points", type: "integer", required: true },
      { name: "windowTolerance", type: "float", default: 0.1 },
    ],
    apply({ seriesList: list, points, windowTolerance }, call) {
      if (points < 1) throw refusal("stdev(): the parameter points must be 1 or more");
      return eachSeries(list, call, (series) =>
        wrapped(series, deviations(series.values, points, windowTolerance), {
          name: `stdev(${series.name},${points})`,
          tag: "stdev",
          tagValue: String(points),
        }),
      );
    },
  }),
];
