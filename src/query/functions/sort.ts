// Functions that put series in order.
import { aggregation } from "../aggregation.ts";
import { sortedBy } from "../calculation/each.ts";
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
  return name.replace(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, "").padStart(10, "0"));
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
    apply({ seriesList: list, func, reverse }) {
      const valueFrom = aggregation(func);
      return sortedBy(list, ({ values }) => valueFrom(values), { reverse });
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
    apply({ seriesList: list }) {
      const sumOf = aggregation("sum");
      return sortedBy(list, ({ values }) => sumOf(values), { reverse: true });
    },
  }),
  defineFunction({
    name: "sortByMaxima",
    group: "Sorting",
    summary: "Those with the greatest value first.",
    params: [seriesList],
    apply: ({ seriesList: list }) => sortedBy(list, ({ values }) => maxOf(values), { reverse: true }),
  }),
  defineFunction({
    name: "sortByMinima",
    group: "Sorting",
    summary: "Those with the least value first, without those that are never above zero.",
    params: [seriesList],
    apply: ({ seriesList: list }) =>
      sortedBy(
        list.filter(({ values }) => maxOf(values) > 0),
        ({ values }) => minOf(values),
      ),
  }),
];
