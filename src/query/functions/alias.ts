// Functions that give series other names.
import { aggregations } from "../aggregation.ts";
import { eachSeries, renamed } from "../calculation/each.ts";
import { keyOfNodes } from "../calculation/node-key.ts";
import { refusal, shown } from "../fault.ts";
import { defineFunction, seriesList } from "../function.ts";
import { patternOf } from "../names/pattern.ts";
import { fixedText, floatText } from "../number-text.ts";
import { withUnit } from "../units.ts";

/** Parts of the innermost name, without further arguments: what `substr` keeps. */
function partsOfName(name: string, start: number, stop: number): string {
  const left = name.lastIndexOf("(") + 1;
  const right = name.indexOf(")");
  const parts = name.slice(left, right < 0 ? undefined : right).split(".");
  const kept = parts.slice(start, stop === 0 ? undefined : stop).join(".");
  const comma = kept.indexOf(",");
  return comma < 0 ? kept : kept.slice(0, comma);
}

const lastOf = aggregations["last"];
const valueNames = Object.keys(aggregations);
const valueTypes = [...valueNames, ...valueNames.map((name) => `${name}Series`), "si", "binary"];
const nodes = { name: "nodes", type: "nodeOrTag", required: true, multiple: true } as const;

function legendText(
  name: string,
  type: string,
  { value, system }: { value: number; system: string | undefined },
) {
  if (system === undefined) {
    const text = Number.isNaN(value) ? "None" : type.startsWith("count") ? String(value) : floatText(value);
    return `${name} (${type}: ${text})`;
  }
  const [amount, unit] = !Number.isNaN(value) ? withUnit(value, system) : [Number.NaN, ""];
  const text = !Number.isNaN(value) ? `${fixedText(amount, 2)}${unit}` : "None";
  return `${name.padEnd(20)}${type.padEnd(5)}${text.padEnd(10)}`;
}

/** `%s`, `%d` and `%f` with digits in a name, with the value instead. */
function filledIn(template: string, value: number): string {
  // Each is at most as long as the greatest number without an exponent and its digits.
  const count = template.split("%").length - 1;
  if (count > 20) throw refusal("aliasQuery(): more than 20 values in a name");
  return template.replace(/%(?:\.(\d{1,2}))?([sdfg%])/g, (_, digits: string | undefined, kind: string) => {
    if (kind === "%") return "%";
    if (kind === "d") return String(Math.trunc(value));
    return kind === "f" ? fixedText(value, Number(digits ?? 6)) : floatText(value);
  });
}

export const aliasFunctions = [
  defineFunction({
    name: "alias",
    group: "Alias",
    summary: "Another name.",
    params: [seriesList, { name: "newName", type: "string", required: true }],
    apply: ({ seriesList: list, newName }) => list.map((series) => renamed(series, newName)),
  }),
  defineFunction({
    name: "aliasByMetric",
    group: "Alias",
    summary: "The last part of the name as name.",
    params: [seriesList],
    apply: ({ seriesList: list }) => list.map((series) => renamed(series, partsOfName(series.name, -1, 0))),
  }),
  defineFunction({
    name: "aliasByNode",
    group: "Alias",
    summary: "Parts of the name, or values of tags, as name.",
    params: [seriesList, nodes],
    apply: ({ seriesList: list, nodes: keys }, call) =>
      eachSeries(list, call, (series) => renamed(series, keyOfNodes(series, keys))),
  }),
  defineFunction({
    name: "aliasByTags",
    group: "Alias",
    summary: "Values of tags, or parts of the name, as name.",
    params: [seriesList, { ...nodes, name: "tags" }],
    apply: ({ seriesList: list, tags }, call) =>
      eachSeries(list, call, (series) => renamed(series, keyOfNodes(series, tags))),
  }),
  defineFunction({
    name: "aliasSub",
    group: "Alias",
    summary: "The name with what a regular expression finds replaced; \\1 stands for its first group.",
    params: [
      seriesList,
      { name: "search", type: "string", required: true },
      { name: "replace", type: "string", required: true },
    ],
    apply({ seriesList: list, search, replace }, call) {
      const pattern = patternOf(search);
      return eachSeries(list, call, (series) => renamed(series, pattern.replaceIn(series.name, replace)));
    },
  }),
  defineFunction({
    name: "aliasQuery",
    group: "Alias",
    summary: "A name with the last value of another target, which is made of the series' name.",
    params: [
      seriesList,
      { name: "search", type: "string", required: true },
      { name: "replace", type: "string", required: true },
      { name: "newName", type: "string", required: true },
    ],
    async apply({ seriesList: list, search, replace, newName }, call) {
      const pattern = patternOf(search);
      const results = [];
      for (const series of list) {
        const query = pattern.replaceIn(series.name, replace);
        const [found] = await call.evaluate(query);
        if (found === undefined) throw refusal(`aliasQuery(): there is no series ${shown(query)}`);
        const value = lastOf?.(found.values) ?? Number.NaN;
        if (Number.isNaN(value)) throw refusal(`aliasQuery(): the series ${shown(found.name)} has no value`);
        results.push(renamed(series, filledIn(newName, value)));
      }
      return results;
    },
  }),
  defineFunction({
    name: "substr",
    group: "Special",
    summary: "Parts of the name, from one to before another, as name.",
    params: [
      seriesList,
      { name: "start", type: "node", default: 0 },
      { name: "stop", type: "node", default: 0 },
    ],
    apply: ({ seriesList: list, start, stop }) =>
      list.map((series) => renamed(series, partsOfName(series.name, start, stop))),
  }),
  defineFunction({
    name: "legendValue",
    group: "Alias",
    summary: "The name with values of the series behind it; si or binary as last one gives them units.",
    params: [seriesList, { name: "valuesTypes", type: "string", multiple: true, options: valueTypes }],
    apply({ seriesList: list, valuesTypes }, call) {
      const last = valuesTypes.at(-1);
      const system = last === "si" || last === "binary" ? last : undefined;
      const types = system === undefined ? valuesTypes : valuesTypes.slice(0, -1);
      return eachSeries(list, call, (series) => {
        let { name } = series;
        for (const type of types) {
          const valueFrom = aggregations[type];
          name =
            valueFrom === undefined && system === undefined
              ? `${name} (${type}: (?))`
              : legendText(name, type, { value: valueFrom?.(series.values) ?? Number.NaN, system });
        }
        return renamed(series, name);
      });
    },
  }),
];
