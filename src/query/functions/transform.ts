// Functions that change each value by itself.

import { aggregation } from "../aggregation.ts";
import { eachSeries, mapped, wrapped } from "../calculation/each.ts";
import { refusal } from "../fault.ts";
import { defineFunction, type Parameter, seriesList } from "../function.ts";
import { floatText, rounded, shortText } from "../number-text.ts";
import { power } from "./combine-lists.ts";

/** A function without further parameters. */
function plain(name: string, summary: string, change: (value: number) => number, tagValue = "1") {
  return defineFunction({
    name,
    group: "Transform",
    summary,
    params: [seriesList],
    apply: ({ seriesList: list }, call) =>
      eachSeries(list, call, (series) =>
        wrapped(series, mapped(series.values, change), {
          name: `${name}(${series.name})`,
          tag: name,
          tagValue,
        }),
      ),
  });
}

interface WithNumber {
  readonly name: string;
  readonly summary: string;
  readonly parameter: string;
  /** The number in the new name. */
  text(argument: number): string;
  change(value: number, argument: number): number;
}

/** A function with one number. */
function withNumber({ name, summary, parameter, text, change }: WithNumber) {
  const number = { name: parameter, type: "float", required: true } as const satisfies Parameter;
  return defineFunction({
    name,
    group: "Transform",
    summary,
    params: [seriesList, number],
    apply: (args, call) => {
      const argument = args[parameter] as number;
      return eachSeries(args.seriesList, call, (series) =>
        wrapped(
          series,
          mapped(series.values, (value) => change(value, argument)),
          { name: `${name}(${series.name},${text(argument)})`, tag: name, tagValue: floatText(argument) },
        ),
      );
    },
  });
}

const wholeText = (value: number) => String(Math.trunc(value));
const finite = (value: number) => (Number.isFinite(value) ? value : Number.NaN);
const minOf = aggregation("min");
const maxOf = aggregation("max");

export const transformFunctions = [
  plain("absolute", "Each value without its sign.", Math.abs),
  plain("squareRoot", "The square root of each value.", (value) => power(value, 0.5)),
  plain("invert", "One divided by each value.", (value) => power(value, -1)),
  plain("exp", "e to the power of each value.", (value) => finite(Math.exp(value)), "e"),
  plain("sigmoid", "Each value by 1 / (1 + e^-x).", (value) => 1 / (1 + Math.exp(-value)), "sigmoid"),
  plain("logit", "Each value by ln(x / (1 - x)).", (value) => finite(Math.log(value / (1 - value))), "logit"),
  withNumber({
    name: "scale",
    summary: "Each value times a number.",
    parameter: "factor",
    text: shortText,
    change: (value, factor) => value * factor,
  }),
  withNumber({
    name: "offset",
    summary: "Each value and a number.",
    parameter: "factor",
    text: shortText,
    change: (value, factor) => value + factor,
  }),
  withNumber({
    name: "add",
    summary: "Each value and a number.",
    parameter: "constant",
    text: wholeText,
    change: (value, constant) => value + constant,
  }),
  withNumber({
    name: "pow",
    summary: "Each value to the power of a number.",
    parameter: "factor",
    text: shortText,
    change: power,
  }),
  defineFunction({
    name: "scaleToSeconds",
    group: "Transform",
    summary: "Values that were counted for one step, as for so many seconds.",
    params: [seriesList, { name: "seconds", type: "float", required: true }],
    apply: ({ seriesList: list, seconds }, call) =>
      eachSeries(list, call, (series) => {
        const factor = seconds / series.step;
        const name = `scaleToSeconds(${series.name},${wholeText(seconds)})`;
        return wrapped(
          series,
          mapped(series.values, (value) => rounded(value * factor, 6)),
          { name, tag: "scaleToSeconds", tagValue: floatText(seconds) },
        );
      }),
  }),
  defineFunction({
    name: "offsetToZero",
    group: "Transform",
    summary: "Each value less the least of its series.",
    params: [seriesList],
    apply: ({ seriesList: list }, call) =>
      eachSeries(list, call, (series) => {
        const least = minOf(series.values);
        const tagValue = !Number.isNaN(least) ? floatText(least) : "None";
        return wrapped(
          series,
          mapped(series.values, (value) => value - least),
          { name: `offsetToZero(${series.name})`, tag: "offsetToZero", tagValue },
        );
      }),
  }),
  defineFunction({
    name: "minMax",
    group: "Transform",
    summary: "Each value as its place between the least (0) and the greatest (1) of its series.",
    params: [seriesList],
    apply: ({ seriesList: list }, call) =>
      eachSeries(list, call, (series) => {
        const least = minOf(series.values);
        const span = maxOf(series.values) - least;
        const values = mapped(series.values, (value) => (span === 0 ? 0 : (value - least) / span));
        return wrapped(series, values, { name: `minMax(${series.name})` });
      }),
  }),
  defineFunction({
    name: "round",
    group: "Transform",
    summary: "Each value rounded to so many digits behind the point.",
    params: [seriesList, { name: "precision", type: "integer", shownDefault: 0 }],
    apply: ({ seriesList: list, precision }, call) =>
      eachSeries(list, call, (series) => {
        const name = `round(${series.name}${precision === undefined ? "" : `,${shortText(precision)}`})`;
        return wrapped(
          series,
          mapped(series.values, (value) => rounded(value, precision ?? 0)),
          { name, tag: "round", tagValue: String(precision ?? 0) },
        );
      }),
  }),
  defineFunction({
    name: "log",
    aliases: ["logarithm"],
    group: "Transform",
    summary: "The logarithm of each value above zero.",
    params: [seriesList, { name: "base", type: "integer", default: 10 }],
    apply({ seriesList: list, base }, call) {
      if (base < 2) throw refusal("log(): the parameter base must be 2 or more");
      const divisor = Math.log(base);
      const change = (value: number) => (value > 0 ? Math.log(value) / divisor : Number.NaN);
      return eachSeries(list, call, (series) =>
        wrapped(series, mapped(series.values, change), {
          name: `log(${series.name}, ${base})`,
          tag: "log",
          tagValue: String(base),
        }),
      );
    },
  }),
];
