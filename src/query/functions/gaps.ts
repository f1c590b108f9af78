// Functions of values that are missing, and of values' places.

import { eachSeries, wrapped } from "../calculation/each.ts";
import { defineFunction, seriesList } from "../function.ts";
import { floatText, shortText } from "../number-text.ts";
import { noValues, type Series } from "../series.ts";
import type { Work } from "../work.ts";

interface Gap {
  readonly start: number;
  /** The first place behind it. */
  readonly end: number;
}

/** Runs of missing values with a value before them, of `limit` places at most. */
function* gapsOf(values: Float64Array, limit: number): Generator<Gap> {
  let start = -1;
  for (let place = 0; place <= values.length; place += 1) {
    const value = values[place];
    if (value !== undefined && Number.isNaN(value)) {
      if (start < 0) start = place;
    } else {
      if (start > 0 && place - start <= limit) yield { start, end: place };
      start = -1;
    }
  }
}

const limit = { name: "limit", type: "intOrInf", default: Number.POSITIVE_INFINITY } as const;

function withLastValues(values: Float64Array, most: number): Float64Array {
  const kept = values.slice();
  for (const { start, end } of gapsOf(values, most)) kept.fill(values[start - 1] ?? Number.NaN, start, end);
  return kept;
}

function interpolated(values: Float64Array, most: number): Float64Array {
  const filled = values.slice();
  for (const { start, end } of gapsOf(values, most)) {
    const before = values[start - 1] ?? Number.NaN;
    const after = values[end] ?? Number.NaN;
    const steps = end - start + 1;
    for (let place = start; place < end; place += 1) {
      filled[place] = before + ((place - start + 1) * (after - before)) / steps;
    }
  }
  return filled;
}

function changes(values: Float64Array): Float64Array {
  let before = Number.NaN;
  return values.map((value) => {
    const isChange = !Number.isNaN(before) && !Number.isNaN(value) && before !== value;
    if (isChange || Number.isNaN(before)) before = value;
    return Number(isChange);
  });
}

function moved(values: Float64Array, steps: number): Float64Array {
  const result = noValues(values.length);
  const from = Math.max(0, -steps);
  const part = values.subarray(from, Math.max(from, values.length - Math.max(0, steps)));
  if (part.length > 0) result.set(part, Math.max(0, steps));
  return result;
}

/** For each place whether one of the series has a value there. */
async function presenceOf(list: readonly Series[], work: Work): Promise<boolean[]> {
  const presence: boolean[] = [];
  for (const { values } of list) {
    for (const [place, value] of values.entries()) presence[place] ||= !Number.isNaN(value);
    await work.breathe();
  }
  return presence;
}

interface Defaulting {
  readonly value: number;
  readonly presence: readonly boolean[] | undefined;
}

function withDefault(values: Float64Array, { value, presence }: Defaulting, work: Work): Float64Array {
  const filled = work.room(Math.max(values.length, presence?.length ?? 0));
  for (let place = 0; place < filled.length; place += 1) {
    const own = values[place] ?? Number.NaN;
    const isFilled = Number.isNaN(own) && (presence === undefined || presence[place] === true);
    filled[place] = isFilled ? value : own;
  }
  return filled;
}

export const gapFunctions = [
  defineFunction({
    name: "keepLastValue",
    group: "Transform",
    summary: "Missing values as the last one before them, where no more than so many are missing.",
    params: [seriesList, limit],
    apply: ({ seriesList: list, limit: most }, call) =>
      eachSeries(list, call, (series) =>
        wrapped(series, withLastValues(series.values, most), { name: `keepLastValue(${series.name})` }),
      ),
  }),
  defineFunction({
    name: "interpolate",
    group: "Transform",
    summary:
      "Missing values on a straight line between those around them, where no more than so many are missing.",
    params: [seriesList, limit],
    apply: ({ seriesList: list, limit: most }, call) =>
      eachSeries(list, call, (series) =>
        wrapped(series, interpolated(series.values, most), { name: `interpolate(${series.name})` }),
      ),
  }),
  defineFunction({
    name: "changed",
    group: "Special",
    summary: "1 where a value differs from the last one, 0 elsewhere.",
    params: [seriesList],
    apply: ({ seriesList: list }, call) =>
      eachSeries(list, call, (series) =>
        wrapped(series, changes(series.values), { name: `changed(${series.name})` }),
      ),
  }),
  defineFunction({
    name: "delay",
    group: "Transform",
    summary: "Values so many places later; earlier when below zero.",
    params: [seriesList, { name: "steps", type: "integer", required: true }],
    apply: ({ seriesList: list, steps }, call) =>
      eachSeries(list, call, (series) =>
        wrapped(series, moved(series.values, steps), {
          name: `delay(${series.name},${steps})`,
          tag: "delay",
          tagValue: String(steps),
        }),
      ),
  }),
  defineFunction({
    name: "isNonNull",
    group: "Transform",
    summary: "1 where there is a value, 0 where there is none.",
    params: [seriesList],
    apply: ({ seriesList: list }, call) =>
      eachSeries(list, call, (series) => {
        const values = series.values.map((value) => Number(!Number.isNaN(value)));
        return wrapped(series, values, { name: `isNonNull(${series.name})`, tag: "isNonNull" });
      }),
  }),
  defineFunction({
    name: "transformNull",
    group: "Transform",
    summary: "A number for missing values; with further series only where one of those has a value.",
    params: [
      seriesList,
      { name: "default", type: "float", shownDefault: 0 },
      { name: "referenceSeries", type: "seriesList" },
    ],
    async apply({ seriesList: list, default: given, referenceSeries = [] }, call) {
      const value = given ?? 0;
      const presence =
        referenceSeries.length > 0 ? await presenceOf(referenceSeries, call.context.work) : undefined;
      const suffix = presence === undefined ? "" : ",referenceSeries";
      return await eachSeries(list, call, (series) => {
        const name = `transformNull(${series.name},${shortText(value)}${suffix})`;
        const tagValue = given === undefined ? "0" : floatText(given);
        const result = wrapped(series, withDefault(series.values, { value, presence }, call.context.work), {
          name,
          tag: "transformNull",
          tagValue,
        });
        return presence === undefined
          ? result
          : { ...result, tags: { ...result.tags, referenceSeries: "1" } };
      });
    },
  }),
];
