// Functions that put series together by parts of their names or by tags.
import { aggregations } from "../aggregation.ts";
import { combined } from "../calculation/combining.ts";
import { renamed } from "../calculation/each.ts";
import { groupedBy, keyOfNodes } from "../calculation/node-key.ts";
import { refusal, shown } from "../fault.ts";
import { type Call, defineFunction, seriesList } from "../function.ts";
import { joinedName, withPercent } from "../names/name-text.ts";
import { type Series, tagOf, tagsOfName } from "../series.ts";

const nodes = { name: "nodes", type: "nodeOrTag", multiple: true } as const;

/** By the name of an aggregation, or of a function that combines series. */
async function united(group: readonly Series[], callback: string, call: Call): Promise<Series | undefined> {
  const isFunction = call.isCombining(callback);
  if (!isFunction && !Object.hasOwn(aggregations, callback)) {
    throw refusal(`${shown(callback)} is no aggregation and no function that combines series`);
  }
  if (!isFunction) return await combined(group, { name: callback }, call);
  const [one] = await call.combine(callback, [group]);
  return one;
}

async function byNodes(
  list: readonly Series[],
  { callback, keys }: { callback: string; keys: readonly (number | string)[] },
  call: Call,
): Promise<Series[]> {
  const results: Series[] = [];
  for (const [key, group] of groupedBy(list, (series) => keyOfNodes(series, keys))) {
    const one = await united(group, callback, call);
    if (one !== undefined) results.push(renamed(one, key));
  }
  return results;
}

async function byTags(
  list: readonly Series[],
  { callback, tags }: { callback: string; tags: readonly string[] },
  call: Call,
): Promise<Series[]> {
  const names = new Set(list.map((series) => tagOf(series, "name")));
  const [only = callback] = names.size === 1 ? names : [];
  const keyOf = (series: Series) => {
    const name = tags.includes("name") ? tagOf(series, "name") : only;
    const pairs = tags.filter((tag) => tag !== "name").map((tag) => `${tag}=${tagOf(series, tag)}`);
    return joinedName([name, ...pairs.sort()], ";");
  };
  const results: Series[] = [];
  for (const [key, group] of groupedBy(list, keyOf)) {
    const one = await united(group, callback, call);
    if (one !== undefined) results.push({ ...one, name: key, pathExpression: key, tags: tagsOfName(key) });
  }
  return results;
}

interface Reduction {
  readonly func: string;
  readonly node: number;
  readonly matchers: readonly string[];
}

/** Series that differ in one part of their name, in the order of the matchers for that part. */
async function reduced(
  list: readonly Series[],
  { func, node, matchers }: Reduction,
  call: Call,
): Promise<Series[]> {
  const rows = new Map<string, (Series | undefined)[]>();
  for (const series of list) {
    const parts = series.name.split(".");
    const place = matchers.indexOf(parts.at(node) ?? "");
    if (place < 0) continue;
    const key = `${parts.slice(0, node).join(".")}.reduce.${func}`;
    const row = rows.get(key) ?? new Array<Series | undefined>(matchers.length).fill(undefined);
    row[place] = series;
    rows.set(key, row);
  }
  const results: Series[] = [];
  for (const [key, row] of rows) {
    const given = row.filter((series) => series !== undefined);
    if (given.length < row.length) continue;
    const [one] = await call.combine(
      func,
      given.map((series) => [series]),
    );
    if (one !== undefined) results.push(renamed(one, key));
  }
  return results;
}

const applyLimit = 1000;

export const groupFunctions = [
  defineFunction({
    name: "group",
    group: "Combine",
    summary: "Several lists as one.",
    params: [{ name: "seriesLists", type: "seriesList", multiple: true }],
    apply: ({ seriesLists }) => seriesLists.flat(),
  }),
  defineFunction({
    name: "groupByNode",
    group: "Combine",
    summary: "Series with the same part in their name as one.",
    params: [
      seriesList,
      { name: "nodeNum", type: "nodeOrTag", required: true },
      { name: "callback", type: "aggOrSeriesFunc", default: "average" },
    ],
    apply: ({ seriesList: list, nodeNum, callback }, call) =>
      byNodes(list, { callback, keys: [nodeNum] }, call),
  }),
  defineFunction({
    name: "groupByNodes",
    group: "Combine",
    summary: "Series with the same parts in their name as one.",
    params: [seriesList, { name: "callback", type: "aggOrSeriesFunc", required: true }, nodes],
    apply: ({ seriesList: list, callback, nodes: keys }, call) => byNodes(list, { callback, keys }, call),
  }),
  defineFunction({
    name: "groupByTags",
    group: "Combine",
    summary: "Series with the same values of these tags as one.",
    params: [
      seriesList,
      { name: "callback", type: "aggOrSeriesFunc", required: true },
      { name: "tags", type: "tag", required: true, multiple: true },
    ],
    apply: ({ seriesList: list, callback, tags }, call) => byTags(list, { callback, tags }, call),
  }),
  defineFunction({
    name: "mapSeries",
    aliases: ["map"],
    group: "Combine",
    summary: "A list for each value of parts of the name, for reduceSeries.",
    params: [seriesList, { name: "mapNodes", type: "nodeOrTag", required: true, multiple: true }],
    apply: ({ seriesList: list, mapNodes }) => ({
      groups: [...groupedBy(list, (series) => keyOfNodes(series, mapNodes)).values()],
    }),
  }),
  defineFunction({
    name: "reduceSeries",
    aliases: ["reduce"],
    group: "Combine",
    summary: "Applies a function to the series that differ in one part of their name, taken in this order.",
    params: [
      { name: "seriesLists", type: "seriesLists", required: true },
      { name: "reduceFunction", type: "string", required: true },
      { name: "reduceNode", type: "node", required: true },
      { name: "reduceMatchers", type: "string", required: true, multiple: true },
    ],
    apply: ({ seriesLists, reduceFunction, reduceNode, reduceMatchers }, call) =>
      reduced(seriesLists.flat(), { func: reduceFunction, node: reduceNode, matchers: reduceMatchers }, call),
  }),
  defineFunction({
    name: "applyByNode",
    group: "Combine",
    summary: "A target for each beginning of a name; % in it stands for the beginning.",
    params: [
      seriesList,
      { name: "nodeNum", type: "node", required: true },
      { name: "templateFunction", type: "string", required: true },
      { name: "newName", type: "string" },
    ],
    async apply({ seriesList: list, nodeNum, templateFunction, newName }, call) {
      const beginnings = new Set(
        list.map(({ name }) =>
          name
            .split(".")
            .slice(0, nodeNum + 1)
            .join("."),
        ),
      );
      if (beginnings.size > applyLimit)
        throw refusal(`applyByNode(): more than ${applyLimit} different names`);
      const last = list.at(-1);
      const results: Series[] = [];
      for (const beginning of [...beginnings].sort()) {
        const target = withPercent(templateFunction, beginning, 65_536);
        for (const series of await call.evaluate(target)) {
          const name = newName === undefined ? series.name : withPercent(newName, beginning);
          const { start, end } = last ?? series;
          results.push({ ...series, name, pathExpression: beginning, start, end });
        }
      }
      return results;
    },
  }),
];
