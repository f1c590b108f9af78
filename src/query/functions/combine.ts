// Functions that make one series of many.

import { combined } from "../calculation/combining.ts";
import { pathsOf, renamed } from "../calculation/each.ts";
import { groupedBy } from "../calculation/node-key.ts";
import { sideBySide } from "../consolidation.ts";
import { defineFunction, seriesList } from "../function.ts";
import type { Series } from "../series.ts";
import { newSeries } from "../series.ts";
import { constantLine } from "./lines.ts";

const seriesLists = { name: "seriesLists", type: "seriesList", required: true, multiple: true } as const;

/** `sumSeries` and its like: the name of the aggregation is the name of the function without `Series`. */
function combining(name: string, summary: string, aliases: readonly string[] = []) {
  return defineFunction({
    name,
    aliases,
    group: "Combine",
    summary,
    params: [seriesLists],
    aggregator: true,
    async apply({ seriesLists: lists }, call) {
      const one = await combined(lists.flat(), { name }, call);
      return one === undefined ? [] : [one];
    },
  });
}

/** Series whose names are the same without some of their parts become one, named by what is left. */
function withWildcards(aggregationName: string) {
  return defineFunction({
    name: `${aggregationName}SeriesWithWildcards`,
    group: "Combine",
    summary: `The ${aggregationName} of the series that differ only in these parts of their names.`,
    params: [seriesList, { name: "position", type: "node", multiple: true }],
    aggregator: true,
    apply: ({ seriesList: list, position }, call) =>
      without(list, position, (group) => combined(group, { name: aggregationName }, call)),
  });
}

type Combine = (group: readonly Series[]) => Promise<Series | undefined>;

async function without(
  list: readonly Series[],
  positions: readonly number[],
  combine: Combine,
): Promise<Series[]> {
  const groups = groupedBy(list, ({ name }) =>
    name
      .split(".")
      .filter((_, place) => !positions.includes(place))
      .join("."),
  );
  const results: Series[] = [];
  for (const [key, group] of groups) {
    const one = await combine(group);
    if (one !== undefined) results.push(renamed(one, key));
  }
  return results;
}

export const combineFunctions = [
  combining("sumSeries", "The sum of all series, value by value.", ["sum"]),
  combining("averageSeries", "The average of all series, value by value.", ["avg"]),
  combining("minSeries", "The least of all series, value by value."),
  combining("maxSeries", "The greatest of all series, value by value."),
  combining("rangeOfSeries", "The greatest less the least of all series, value by value."),
  combining("stddevSeries", "The standard deviation of all series, value by value."),
  combining("diffSeries", "The first series less all others."),
  defineFunction({
    name: "multiplySeries",
    group: "Combine",
    summary: "The product of all series, value by value.",
    params: [seriesLists],
    aggregator: true,
    async apply({ seriesLists: lists }, call) {
      const all = lists.flat();
      if (lists.length === 1 && all.length === 1) return all;
      const one = await combined(all, { name: "multiply" }, call);
      return one === undefined ? [] : [one];
    },
  }),
  defineFunction({
    name: "countSeries",
    group: "Combine",
    summary: "The number of series, at every place.",
    params: [{ name: "seriesLists", type: "seriesList", multiple: true }],
    aggregator: true,
    async apply({ seriesLists: lists }, call) {
      if (lists.length === 0) return [{ ...constantLine(0, call, "0"), pathExpression: "countSeries()" }];
      const list = lists.flat();
      const rows = await sideBySide(list, call.context.work);
      if (rows === undefined) return [];
      const name = `countSeries(${pathsOf(list)})`;
      const { start, end, step, length } = rows;
      const values = call.context.work.room(length).fill(list.length);
      return [newSeries({ name, start, end, step, values, xFilesFactor: call.context.xFilesFactor })];
    },
  }),
  defineFunction({
    name: "aggregate",
    group: "Combine",
    summary: "All series as one, by an aggregation.",
    params: [
      seriesList,
      { name: "func", type: "aggFunc", required: true },
      { name: "xFilesFactor", type: "float" },
    ],
    async apply({ seriesList: list, func, xFilesFactor }, call) {
      const one = await combined(list, { name: func, xFilesFactor }, call);
      return one === undefined ? [] : [one];
    },
  }),
  defineFunction({
    name: "aggregateWithWildcards",
    group: "Combine",
    summary: "Series that differ only in these parts of their names as one, by an aggregation.",
    params: [
      seriesList,
      { name: "func", type: "aggFunc", required: true },
      { name: "position", type: "node", multiple: true },
    ],
    apply: ({ seriesList: list, func, position }, call) =>
      without(list, position, (group) => combined(group, { name: func }, call)),
  }),
  withWildcards("sum"),
  withWildcards("average"),
  withWildcards("multiply"),
];
