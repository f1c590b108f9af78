// Percentiles, and what is done with values around them.
import { aggregation, present } from "../aggregation.ts";
import { eachRow } from "../calculation/combining.ts";
import { eachSeries } from "../calculation/each.ts";
import { sideBySide } from "../consolidation.ts";
import { refusal } from "../fault.ts";
import { defineFunction, seriesList } from "../function.ts";
import { floatText, shortText } from "../number-text.ts";
import { derived, newSeries, type Series, withTag } from "../series.ts";

/** The n-th percentile of the values that are there, by rank; between two ranks when interpolated. */
function percentileOf(values: Float64Array, n: number, interpolate = false): number {
  const sorted = present(values).sort();
  const count = sorted.length;
  if (count === 0) return Number.NaN;
  const exactRank = (n / 100) * (count + 1);
  const whole = Math.trunc(exactRank);
  const rank = Math.min(interpolate ? whole : Math.ceil(exactRank), count);
  const value = sorted[Math.max(rank, 1) - 1] ?? Number.NaN;
  const next = sorted[rank];
  if (!interpolate || next === undefined) return value;
  return value + (exactRank - whole) * (next - value);
}

type Remove = (value: number, bound: number) => boolean;

const percent = { name: "n", type: "float", required: true } as const;

function withoutSome(values: Float64Array, isRemoved: (value: number) => boolean): Float64Array {
  return values.map((value) => (isRemoved(value) ? Number.NaN : value));
}

const isAbove: Remove = (value, bound) => value > bound;
const isBelow: Remove = (value, bound) => value < bound;

function removing(direction: "Above" | "Below") {
  const isRemoved = direction === "Above" ? isAbove : isBelow;
  const words = direction.toLowerCase();
  const byValue = `remove${direction}Value`;
  const byPercentile = `remove${direction}Percentile`;
  return [
    defineFunction({
      name: byValue,
      group: "Filter Data",
      summary: `None for values ${words} a number.`,
      params: [seriesList, percent],
      apply: ({ seriesList: list, n }, call) =>
        eachSeries(list, call, (series) =>
          derived(series, {
            name: `${byValue}(${series.name}, ${shortText(n)})`,
            values: withoutSome(series.values, (value) => isRemoved(value, n)),
          }),
        ),
    }),
    defineFunction({
      name: byPercentile,
      group: "Filter Data",
      summary: `None for values ${words} a percentile of their series.`,
      params: [seriesList, percent],
      apply: ({ seriesList: list, n }, call) =>
        eachSeries(list, call, (series) => {
          const bound = percentileOf(series.values, needed(byPercentile, n));
          const name = `${byPercentile}(${series.name}, ${shortText(n)})`;
          const values = withoutSome(series.values, (value) => isRemoved(value, bound));
          const tags = !Number.isNaN(bound) ? withTag(series, "nPercentile", floatText(n)) : series.tags;
          return derived(series, { name, values, tags });
        }),
    }),
  ];
}

function needed(name: string, n: number): number {
  if (!(n > 0)) throw refusal(`${name}(): the parameter n must be above 0`);
  return n;
}

/** Outside of the middle that two percentiles bound. */
function outside(n: number, values: Float64Array): (value: number) => boolean {
  const upper = n < 50 ? 100 - n : n;
  const low = percentileOf(values, 100 - upper);
  const high = percentileOf(values, upper);
  return (value) => !(low < value && value < high);
}

function hasOutside(series: Series, columns: readonly ((value: number) => boolean)[]): boolean {
  return series.values.some((value, place) => !Number.isNaN(value) && columns[place]?.(value) === true);
}

export const percentileFunctions = [
  ...removing("Above"),
  ...removing("Below"),
  defineFunction({
    name: "percentileOfSeries",
    group: "Combine",
    summary: "A percentile of all series, value by value.",
    params: [seriesList, percent, { name: "interpolate", type: "boolean", default: false }],
    async apply({ seriesList: list, n, interpolate }, call) {
      needed("percentileOfSeries", n);
      const rows = await sideBySide(list, call.context.work);
      if (rows === undefined) return [];
      const { start, end, step } = rows;
      const values = await eachRow(rows, call, (row) => percentileOf(row, n, interpolate));
      const name = `percentileOfSeries(${list[0]?.pathExpression},${shortText(n)})`;
      return [newSeries({ name, start, end, step, values, xFilesFactor: call.context.xFilesFactor })];
    },
  }),
  defineFunction({
    name: "nPercentile",
    group: "Calculate",
    summary: "A percentile of each series, as a line.",
    params: [seriesList, percent],
    apply: ({ seriesList: list, n }, call) =>
      eachSeries(list, call, (series) => {
        const value = percentileOf(series.values, needed("nPercentile", n));
        if (Number.isNaN(value)) return undefined;
        const count = Math.max(0, Math.trunc((series.end - series.start) / series.step));
        const values = call.context.work.room(count).fill(value);
        const name = `nPercentile(${series.name}, ${shortText(n)})`;
        return derived(series, { name, values, tags: withTag(series, "nPercentile", floatText(n)) });
      }),
  }),
  defineFunction({
    name: "averageOutsidePercentile",
    group: "Filter Series",
    summary: "Series whose average is not among the middle ones.",
    params: [seriesList, percent],
    async apply({ seriesList: list, n }, call) {
      const averageOf = aggregation("average");
      const averages = new Map<Series, number>();
      await eachSeries(list, call, (series) => {
        averages.set(series, averageOf(series.values));
        return undefined;
      });
      const averageFor = (series: Series) => averages.get(series) ?? Number.NaN;
      const isOutside = outside(n, Float64Array.from(list, averageFor));
      return list.filter((series) => isOutside(averageFor(series)));
    },
  }),
  defineFunction({
    name: "removeBetweenPercentile",
    group: "Filter Series",
    summary: "Series with a value that is not among the middle ones of its time.",
    params: [seriesList, percent],
    async apply({ seriesList: list, n }, call) {
      const rows = await sideBySide(list, call.context.work);
      if (rows === undefined) return [];
      const columns: ((value: number) => boolean)[] = [];
      await eachRow(rows, call, (row) => columns.push(outside(n, row)));
      return await eachSeries(list, call, (series) => (hasOutside(series, columns) ? series : undefined));
    },
  }),
];
