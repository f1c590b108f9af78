// Functions that take two lists of series and go through them side by side.

import { type Combination, combined, eachRow } from "../calculation/combining.ts";
import { keyOfNodes } from "../calculation/node-key.ts";
import { sideBySide } from "../consolidation.ts";
import { refusal } from "../fault.ts";
import { type Call, defineFunction } from "../function.ts";
import { listedNames } from "../names/name-text.ts";
import { derived, newSeries, type Series } from "../series.ts";

/** None where one is none, or where it would be divided by nothing. */
export function divided(row: Float64Array): number {
  const [dividend = Number.NaN, divisor = Number.NaN] = row;
  return divisor === 0 ? Number.NaN : dividend / divisor;
}

async function quotient(dividend: Series, divisor: Series, call: Call): Promise<Series> {
  const rows = await sideBySide([dividend, divisor], call.context.work);
  if (rows === undefined) throw new Error("two series are none");
  const { start, end, step } = rows;
  const values = await eachRow(rows, call, divided);
  const name = `divideSeries(${dividend.name},${divisor.name})`;
  return newSeries({ name, start, end, step, values, xFilesFactor: call.context.xFilesFactor });
}

async function pairs(
  [first, second]: readonly [readonly Series[], readonly Series[]],
  unite: (one: Series, other: Series) => Promise<Series | undefined>,
): Promise<Series[]> {
  if (first.length !== second.length) {
    throw refusal(`the lists must have the same number of series, not ${first.length} and ${second.length}`);
  }
  const results: Series[] = [];
  for (const [place, one] of first.entries()) {
    const other = second[place];
    const result = other === undefined ? undefined : await unite(one, other);
    if (result !== undefined) results.push(result);
  }
  return results;
}

async function combinedPair([one, other]: readonly [Series, Series], how: Combination, call: Call) {
  const result = await combined([one, other], how, call);
  if (result === undefined) return undefined;
  const plain = how.name.endsWith("Series") ? how.name.slice(0, -"Series".length) : how.name;
  return { ...result, name: `${plain}Series(${one.name},${other.name})` };
}

const firstList = { name: "seriesListFirstPos", type: "seriesList", required: true } as const;
const secondList = { name: "seriesListSecondPos", type: "seriesList", required: true } as const;

function listsCombining(func: string) {
  return defineFunction({
    name: `${func}SeriesLists`,
    group: "Combine",
    summary: `The ${func} of the first of both lists, of the second of both, and so on.`,
    params: [firstList, secondList],
    aggregator: true,
    apply: ({ seriesListFirstPos, seriesListSecondPos }, call) =>
      pairs([seriesListFirstPos, seriesListSecondPos], (one, other) =>
        combinedPair([one, other], { name: func }, call),
      ),
  });
}

const weighted = defineFunction({
  name: "weightedAverage",
  group: "Combine",
  summary: "The average of series, each with the weight that another list has for it.",
  params: [
    { name: "seriesListAvg", type: "seriesList", required: true },
    { name: "seriesListWeight", type: "seriesList", required: true },
    { name: "nodes", type: "nodeOrTag", multiple: true },
  ],
  async apply({ seriesListAvg, seriesListWeight, nodes }, call) {
    const weights = new Map(seriesListWeight.map((series) => [keyOfNodes(series, nodes), series]));
    const averages = new Map(seriesListAvg.map((series) => [keyOfNodes(series, nodes), series]));
    const products: Series[] = [];
    for (const [key, average] of averages) {
      const weight = weights.get(key);
      const rows = weight === undefined ? undefined : await sideBySide([average, weight], call.context.work);
      if (rows === undefined) continue;
      const values = await eachRow(rows, call, ([one = Number.NaN, other = Number.NaN]) => one * other);
      products.push(derived(average, { name: "product", values, step: rows.step }));
    }
    const above = await combined(products, { name: "sum" }, call);
    const below = await combined(seriesListWeight, { name: "sum" }, call);
    const rows =
      above === undefined || below === undefined
        ? undefined
        : await sideBySide([above, below], call.context.work);
    if (rows === undefined) return [];
    const { start, end, step } = rows;
    const values = await eachRow(rows, call, divided);
    const paths = (list: readonly Series[]) =>
      listedNames([...new Set(list.map(({ pathExpression }) => pathExpression))].sort());
    const name = `weightedAverage(${paths(seriesListAvg)}, ${paths(seriesListWeight)}, ${nodes.join(",")})`;
    return [newSeries({ name, start, end, step, values, xFilesFactor: call.context.xFilesFactor })];
  },
});

export const combineListFunctions = [
  listsCombining("sum"),
  listsCombining("diff"),
  listsCombining("multiply"),
  defineFunction({
    name: "aggregateSeriesLists",
    group: "Combine",
    summary: "The first of both lists as one, the second of both, and so on, by an aggregation.",
    params: [
      firstList,
      secondList,
      { name: "func", type: "aggFunc", required: true },
      { name: "xFilesFactor", type: "float" },
    ],
    apply: ({ seriesListFirstPos, seriesListSecondPos, func, xFilesFactor }, call) =>
      pairs([seriesListFirstPos, seriesListSecondPos], (one, other) =>
        combinedPair([one, other], { name: func, xFilesFactor }, call),
      ),
  }),
  defineFunction({
    name: "divideSeries",
    group: "Combine",
    summary: "Each series of a list divided by one other series.",
    params: [
      { name: "dividendSeriesList", type: "seriesList", required: true },
      { name: "divisorSeries", type: "seriesList", required: true },
    ],
    async apply({ dividendSeriesList, divisorSeries }, call) {
      const [divisor, second] = divisorSeries;
      if (second !== undefined)
        throw refusal(`divideSeries() takes one divisor, not ${divisorSeries.length}`);
      if (divisor !== undefined) {
        const results: Series[] = [];
        for (const dividend of dividendSeriesList) results.push(await quotient(dividend, divisor, call));
        return results;
      }
      return dividendSeriesList.map((series) =>
        derived(series, {
          name: `divideSeries(${series.name},MISSING)`,
          values: call.context.work.room(series.values.length),
        }),
      );
    },
  }),
  defineFunction({
    name: "divideSeriesLists",
    group: "Combine",
    summary: "The first of one list divided by the first of the other, and so on.",
    params: [
      { name: "dividendSeriesList", type: "seriesList", required: true },
      { name: "divisorSeriesList", type: "seriesList", required: true },
    ],
    apply: ({ dividendSeriesList, divisorSeriesList }, call) =>
      pairs([dividendSeriesList, divisorSeriesList], (one, other) => quotient(one, other, call)),
  }),
  defineFunction({
    name: "powSeries",
    group: "Combine",
    summary: "The first series to the power of the second, that to the power of the third, and so on.",
    params: [{ name: "seriesList", type: "seriesList", required: true, multiple: true }],
    aggregator: true,
    async apply({ seriesList: lists }, call) {
      const list = lists.flat();
      const rows = await sideBySide(list, call.context.work);
      if (rows === undefined) return [];
      const { start, end, step } = rows;
      const values = await eachRow(rows, call, (row) => row.reduce(power));
      const name = `powSeries(${listedNames(list.map((series) => series.name))})`;
      return [newSeries({ name, start, end, step, values, xFilesFactor: call.context.xFilesFactor })];
    },
  }),
  weighted,
];

/** None where the result is no finite number. */
export function power(base: number, exponent: number): number {
  const result = !Number.isNaN(base) ? base ** exponent : Number.NaN;
  return Number.isFinite(result) ? result : Number.NaN;
}
