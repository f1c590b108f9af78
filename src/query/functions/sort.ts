// Functions that put series in order.
import { aggregation } from "../aggregation.ts";
import { eachSeries, sortedBy } from "../calculation/each.ts";
import { defineFunction, seriesList } from "../function.ts";
import type { Series } from "../series.ts";

function sortedByText(
  list: readonly Series[],
  textOf: (series: Series) => string,
  reverse: boolean,
): Series[] {
  const direction = reverse ? -1 : 1;
  const keyed = list.map((series) => ({ series, key: textOf(series) }));
  keyed.sort((one, other) => (one.key === other.key ? 0 : one.key < other.key ? -direction : direction));
  return keyed.map(({ series }) => series);
}

/** Numbers in a name padded, so that 2 comes before 10. */
function naturalKey({ name }: Series): string {
  return name.replace(/\d+/g, (digits) => digits.replace(/^0+(\d)/, "$1").padStart(10, "0"));
}

const maxOf = aggregation("max");
const minOf = aggregation("min");

export const sortFunctions = [
  defineFunction({
    name: "sortBy",
    group: "Sorting",
    summary: "In the order of an aggregation.",
    params: [
      seriesList,
      { name: "func", type: "aggFunc", default: "average" },
      { name: "reverse", type: "boolean", default: false },
    ],
    apply({ seriesList: list, func, reverse }, call) {
      const valueFrom = aggregation(func);
      return sortedBy(list, { keyOf: ({ values }) => valueFrom(values), reverse }, call);
    },
  }),
  defineFunction({
    name: "sortByName",
    group: "Sorting",
    summary: "In the order of names; natural has 2 before 10.",
    params: [
      seriesList,
      { name: "natural", type: "boolean", default: false },
      { name: "reverse", type: "boolean", default: false },
    ],
    apply: ({ seriesList: list, natural, reverse }) =>
      sortedByText(list, natural ? naturalKey : ({ name }) => name, reverse),
  }),
  defineFunction({
    name: "sortByTotal",
    group: "Sorting",
    summary: "Those with the greatest sum first.",
    params: [seriesList],
    apply({ seriesList: list }, call) {
      const sumOf = aggregation("sum");
      return sortedBy(list, { keyOf: ({ values }) => sumOf(values), reverse: true }, call);
    },
  }),
  defineFunction({
    name: "sortByMaxima",
    group: "Sorting",
    summary: "Those with the greatest value first.",
    params: [seriesList],
    apply: ({ seriesList: list }, call) =>
      sortedBy(list, { keyOf: ({ values }) => maxOf(values), reverse: true }, call),
  }),
  defineFunction({
    name: "sortByMinima",
    group: "Sorting",
    summary: "Those with the least value first, without those that are never above zero.",
    params: [seriesList],
    async apply({ seriesList: list }, call) {
      const above = await eachSeries(list, call, (series) => (maxOf(series.values) > 0 ? series : undefined));
      return await sortedBy(above, { keyOf: ({ values }) => minOf(values) }, call);
    },
  }),
];
