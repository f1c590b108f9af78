// `asPercent`: series as shares of a whole.
import { type Aggregation, aggregation } from "../aggregation.ts";
import { eachRow } from "../calculation/combining.ts";
import { pathsOf } from "../calculation/each.ts";
import { groupedBy, keyOfNodes } from "../calculation/node-key.ts";
import { consolidated, sideBySide } from "../consolidation.ts";
import { refusal } from "../fault.ts";
import { type Call, defineFunction, seriesList } from "../function.ts";
import { newSeries, noValues, type Series } from "../series.ts";
import { divided } from "./combine-lists.ts";

const sumOf: Aggregation = aggregation("sum");
const share: Aggregation = (row) => divided(row) * 100;

/** The sum of a list, named by its paths; a single series is its own sum. */
async function totalOf(list: readonly Series[], call: Call): Promise<Series | undefined> {
  const [first, second] = list;
  if (second === undefined) return first;
  const rows = await sideBySide(list, call.context.work);
  if (rows === undefined) return undefined;
  const values = await eachRow(rows, call, sumOf);
  const { start, end, step } = rows;
  return newSeries({ name: `sumSeries(${pathsOf(list)})`, start, end, step, values });
}

async function shareOf(part: Series, whole: Series, call: Call): Promise<Series> {
  const rows = await sideBySide([part, whole], call.context.work);
  if (rows === undefined) throw new Error("two series are none");
  const { start, end, step } = rows;
  const values = await eachRow(rows, call, share);
  const name = `asPercent(${part.name},${whole.name})`;
  return newSeries({ name, start, end, step, values, xFilesFactor: call.context.xFilesFactor });
}

/** All parts in the step that they have in common with the whole. */
async function sharesOf(list: readonly Series[], whole: Series, call: Call): Promise<Series[]> {
  const rows = await sideBySide([...list, whole], call.context.work);
  if (rows === undefined) return [];
  const total = rows.columns.at(-1) ?? new Float64Array();
  const results: Series[] = [];
  for (const [place, part] of list.entries()) {
    const column = rows.columns[place] ?? new Float64Array();
    const columns = [column, total];
    const length = Math.max(column.length, total.length);
    const values = await eachRow({ ...rows, columns, length }, call, share);
    const { start, end } = part;
    const name = `asPercent(${part.name},${whole.name})`;
    const { xFilesFactor } = call.context;
    results.push(newSeries({ name, start, end, step: rows.step, values, xFilesFactor }));
  }
  return results;
}

function missingShare(names: string, like: Series, call: Call): Series {
  const { start, end, step } = like;
  const values = noValues(like.values.length);
  const { xFilesFactor } = call.context;
  return newSeries({ name: `asPercent(${names})`, start, end, step, values, xFilesFactor });
}

type Totals = ReadonlyMap<string, Series>;

async function totalsByKey(groups: ReadonlyMap<string, readonly Series[]>, call: Call): Promise<Totals> {
  const totals = new Map<string, Series>();
  for (const [key, group] of groups) {
    const total = await totalOf(group, call);
    if (total !== undefined) totals.set(key, total);
  }
  return totals;
}

async function byNodes(
  list: readonly Series[],
  { total, nodes }: { total: readonly Series[] | undefined; nodes: readonly (number | string)[] },
  call: Call,
): Promise<Series[]> {
  const keyOf = (series: Series) => keyOfNodes(series, nodes);
  const groups = groupedBy(list, keyOf);
  const totals = await totalsByKey(total === undefined ? groups : groupedBy(total, keyOf), call);
  const results: Series[] = [];
  for (const key of new Set([...groups.keys(), ...totals.keys()])) {
    const whole = totals.get(key);
    const parts = groups.get(key);
    if (parts === undefined && whole !== undefined) {
      results.push(missingShare(`MISSING,${whole.name}`, whole, call));
    }
    for (const part of parts ?? []) {
      results.push(
        whole === undefined
          ? missingShare(`${part.name},MISSING`, part, call)
          : await shareOf(part, whole, call),
      );
    }
  }
  return results;
}

async function pairedByName(
  list: readonly Series[],
  total: readonly Series[],
  call: Call,
): Promise<Series[]> {
  const byName = (one: Series, other: Series) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0);
  const wholes = [...total].sort(byName);
  const results: Series[] = [];
  for (const [place, part] of [...list].sort(byName).entries()) {
    const whole = wholes[place];
    if (whole !== undefined) results.push(await shareOf(part, whole, call));
  }
  return results;
}

export const percentFunctions = [
  defineFunction({
    name: "asPercent",
    aliases: ["pct"],
    group: "Combine",
    summary:
      "Each series as percent of all together, of a number, of another series, or of those with the same parts.",
    params: [
      seriesList,
      { name: "total", type: "any" },
      { name: "nodes", type: "nodeOrTag", multiple: true },
    ],
    aggregator: true,
    async apply({ seriesList: list, total, nodes }, call) {
      const [first] = list;
      if (first === undefined) return [];
      if (total !== undefined && "value" in total) {
        if (nodes.length > 0)
          throw refusal("asPercent(): the parameter total must be series when there are nodes");
        const values = consolidated(first, 1).map(() => total.value);
        return await sharesOf(list, { ...first, values, name: total.text }, call);
      }
      if (nodes.length > 0) return await byNodes(list, { total, nodes }, call);
      if (total === undefined) {
        const whole = await sumSeriesOf(list, call);
        return whole === undefined ? [] : await sharesOf(list, whole, call);
      }
      if (total.length === list.length) return await pairedByName(list, total, call);
      const [whole] = total;
      if (total.length !== 1 || whole === undefined) {
        throw refusal(
          `asPercent(): the parameter total must be a number, one series, or as many as there are (${list.length}), not ${total.length}`,
        );
      }
      return await sharesOf(list, whole, call);
    },
  }),
];

/** As `totalOf`, but named as a sum also when it is of one. */
async function sumSeriesOf(list: readonly Series[], call: Call): Promise<Series | undefined> {
  const total = await totalOf(list, call);
  return total === undefined ? undefined : { ...total, name: `sumSeries(${pathsOf(list)})` };
}
