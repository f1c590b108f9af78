// Functions that choose series.
import { type Aggregation, aggregation } from "../aggregation.ts";
import { eachSeries, renamed, sortedBy } from "../calculation/each.ts";
import { refusal } from "../fault.ts";
import { type Call, defineFunction, seriesList } from "../function.ts";
import { patternOf } from "../names/pattern.ts";
import type { Series } from "../series.ts";

type Comparison = (value: number, threshold: number) => boolean;

/** A series without a value counts as below everything. */
const comparisons: Readonly<Record<string, Comparison>> = {
  "!=": (value, threshold) => value !== threshold,
  "<": (value, threshold) => !(value >= threshold),
  "<=": (value, threshold) => !(value > threshold),
  "=": (value, threshold) => value === threshold,
  ">": (value, threshold) => value > threshold,
  ">=": (value, threshold) => value >= threshold,
};

interface Choice {
  readonly valueFrom: Aggregation;
  isChosen(value: number): boolean;
}

function chosen(list: readonly Series[], { valueFrom, isChosen }: Choice, call: Call): Promise<Series[]> {
  return eachSeries(list, call, (series) => (isChosen(valueFrom(series.values)) ? series : undefined));
}

/** `averageAbove` and its like. */
function bounded(name: string, func: string, direction: "above" | "below") {
  const isAbove = direction === "above";
  return defineFunction({
    name,
    group: "Filter Series",
    summary: `Series whose ${func} value is ${isAbove ? "above" : "not above"} a number.`,
    params: [seriesList, { name: "n", type: "float", required: true }],
    apply({ seriesList: list, n }, call) {
      const isChosen = (value: number) => (isAbove ? value > n : !(value > n));
      return chosen(list, { valueFrom: aggregation(func), isChosen }, call);
    },
  });
}

/** `highestMax` and its like. */
function extreme(name: string, func: string, reverse: boolean) {
  return defineFunction({
    name,
    group: "Filter Series",
    summary: `The series with the ${reverse ? "highest" : "lowest"} ${func} values.`,
    params: [seriesList, { name: "n", type: "integer", required: true }],
    apply: ({ seriesList: list, n }, call) => first(list, { func, n, reverse }, call),
  });
}

function extremes(name: string, reverse: boolean) {
  return defineFunction({
    name,
    group: "Filter Series",
    summary: `The series whose values are ${name}, by an aggregation.`,
    params: [
      seriesList,
      { name: "n", type: "integer", required: true, default: 1 },
      { name: "func", type: "aggFunc", default: "average" },
    ],
    apply: ({ seriesList: list, n, func }, call) => first(list, { func, n, reverse }, call),
  });
}

async function first(
  list: readonly Series[],
  { func, n, reverse }: { func: string; n: number; reverse: boolean },
  call: Call,
): Promise<Series[]> {
  const valueFrom = aggregation(func);
  const sorted = await sortedBy(list, { keyOf: ({ values }) => valueFrom(values), reverse }, call);
  return sorted.slice(0, n);
}

/** The mean of squares of what values differ from their average. */
function varianceOf(values: Float64Array): number {
  const average = aggregation("average")(values);
  let sum = 0;
  for (const value of values) if (!Number.isNaN(value)) sum += (value - average) ** 2;
  return sum / aggregation("count")(values);
}

/** Characters of all names that `useSeriesAbove` asks for. */
const targetLength = 60_000;
const pattern = { name: "pattern", type: "string", required: true } as const;

export const filterFunctions = [
  defineFunction({
    name: "filterSeries",
    group: "Filter Series",
    summary: "Series whose aggregation is equal to, above or below a number.",
    params: [
      seriesList,
      { name: "func", type: "aggFunc", required: true },
      { name: "operator", type: "string", required: true, options: Object.keys(comparisons) },
      { name: "threshold", type: "float", required: true },
    ],
    apply({ seriesList: list, func, operator, threshold }, call) {
      const isChosen = (value: number) => comparisons[operator]?.(value, threshold) === true;
      return chosen(list, { valueFrom: aggregation(func), isChosen }, call);
    },
  }),
  bounded("averageAbove", "average", "above"),
  bounded("averageBelow", "average", "below"),
  bounded("currentAbove", "last", "above"),
  bounded("currentBelow", "last", "below"),
  bounded("maximumAbove", "max", "above"),
  bounded("maximumBelow", "max", "below"),
  bounded("minimumAbove", "min", "above"),
  bounded("minimumBelow", "min", "below"),
  extremes("highest", true),
  extremes("lowest", false),
  extreme("highestAverage", "average", true),
  extreme("highestCurrent", "current", true),
  extreme("highestMax", "max", true),
  extreme("lowestAverage", "average", false),
  extreme("lowestCurrent", "current", false),
  defineFunction({
    name: "mostDeviant",
    group: "Filter Series",
    summary: "The series whose values differ most from their average.",
    params: [seriesList, { name: "n", type: "integer", required: true }],
    async apply({ seriesList: list, n }, call) {
      const isChosen = (variance: number) => variance >= 0;
      const deviating = await chosen(list, { valueFrom: varianceOf, isChosen }, call);
      const keyOf = ({ values }: Series) => varianceOf(values);
      return (await sortedBy(deviating, { keyOf, reverse: true }, call)).slice(0, n);
    },
  }),
  defineFunction({
    name: "limit",
    group: "Filter Series",
    summary: "The first series.",
    params: [seriesList, { name: "n", type: "integer", required: true }],
    apply: ({ seriesList: list, n }) => list.slice(0, n),
  }),
  defineFunction({
    name: "grep",
    group: "Filter Series",
    summary: "Series in whose names a regular expression is found.",
    params: [seriesList, pattern],
    apply({ seriesList: list, pattern: source }, call) {
      const found = patternOf(source);
      return eachSeries(list, call, (series) => (found.isIn(series.name) ? series : undefined));
    },
  }),
  defineFunction({
    name: "exclude",
    group: "Filter Series",
    summary: "Series in whose names a regular expression is not found.",
    params: [seriesList, pattern],
    apply({ seriesList: list, pattern: source }, call) {
      const found = patternOf(source);
      return eachSeries(list, call, (series) => (found.isIn(series.name) ? undefined : series));
    },
  }),
  defineFunction({
    name: "removeEmptySeries",
    group: "Filter Series",
    summary: "Series with a value, or with values at a share of all places.",
    params: [seriesList, { name: "xFilesFactor", type: "float" }],
    apply: ({ seriesList: list, xFilesFactor = 0 }, call) =>
      eachSeries(list, call, (series) => {
        const present = aggregation("count")(series.values);
        return present > 0 && present / series.values.length >= xFilesFactor ? series : undefined;
      }),
  }),
  defineFunction({
    name: "unique",
    group: "Filter Series",
    summary: "Each name once.",
    params: [{ name: "seriesLists", type: "seriesList", required: true, multiple: true }],
    apply({ seriesLists }) {
      const names = new Set<string>();
      return seriesLists.flat().filter(({ name }) => names.size < names.add(name).size);
    },
  }),
  defineFunction({
    name: "fallbackSeries",
    group: "Special",
    summary: "Other series where there are none.",
    params: [seriesList, { name: "fallback", type: "seriesList", required: true }],
    apply: ({ seriesList: list, fallback }) => (list.length > 0 ? list : fallback),
  }),
  defineFunction({
    name: "useSeriesAbove",
    group: "Filter Series",
    summary:
      "Other series, named by an expression and its replacement, for those with a value above a number.",
    params: [
      seriesList,
      { name: "value", type: "float", required: true },
      { name: "search", type: "string", required: true },
      { name: "replace", type: "string", required: true },
    ],
    async apply({ seriesList: list, value, search, replace }, call) {
      const found = patternOf(search);
      const isChosen = (most: number) => most > value;
      const above = await chosen(list, { valueFrom: aggregation("max"), isChosen }, call);
      const names = await eachSeries(above, call, (series) =>
        renamed(series, found.replaceIn(series.name, replace)),
      );
      const length = names.reduce((sum, { name }) => sum + name.length + 1, 0);
      if (length > targetLength)
        throw refusal(`useSeriesAbove(): names of more than ${targetLength} characters`);
      const inside = names.map(({ name }) => name).join(",");
      return names.length === 0 ? [] : await call.evaluate(`group(${inside})`);
    },
  }),
];
