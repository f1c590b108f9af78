// Arguments against declared parameters: the one place where both meet.
import type { Literal } from "../formats/graphite-target/expression.ts";
import { aggregations } from "./aggregation.ts";
import { refusal, shown } from "./fault.ts";
import type { Parameter, SeriesFunction } from "./function.ts";
import { floatText } from "./number-text.ts";
import type { Series } from "./series.ts";
import { parseTimeOffset } from "./time/time-offset.ts";

/** An argument that was evaluated. `groups` where a function made several lists. */
export type Evaluated =
  | { readonly series: readonly Series[]; readonly groups?: readonly (readonly Series[])[] }
  | { readonly literal: Literal };

export interface GivenArguments {
  readonly positional: readonly Evaluated[];
  readonly named: ReadonlyMap<string, Evaluated>;
}

/** graphite-web lists `alignDst` and takes `alignDST`: names count in any case, those in the right case first. */
function spelled<Value>(
  named: ReadonlyMap<string, Value>,
  params: SeriesFunction["params"],
): Map<string, Value> {
  const nameOf = (given: string) =>
    params.find(({ name }) => name === given) ??
    params.find(({ name }) => name.toLowerCase() === given.toLowerCase());
  return new Map([...named].map(([name, value]) => [nameOf(name)?.name ?? name, value]));
}

/** Values by the names of parameters, defaults filled in. Refuses with the names of function and parameter. */
export function checkedArguments(target: SeriesFunction, given: GivenArguments): Record<string, unknown> {
  const { params } = target;
  const { positional } = given;
  const named = spelled(given.named, params);
  if (positional.length > params.length && params.at(-1)?.multiple !== true) {
    throw refusal(
      `${target.name}() takes ${params.length} arguments at most, and ${positional.length} are given`,
    );
  }
  for (const name of named.keys()) {
    if (params.some((parameter) => parameter.name === name)) continue;
    throw refusal(`${target.name}() has no parameter ${shown(name)}`);
  }
  const values = params.map((parameter, place) => {
    const found = positional.slice(place, parameter.multiple === true ? undefined : place + 1);
    const byName = named.get(parameter.name);
    if (byName !== undefined && found.length > 0) throw fault(target, parameter, "is given twice");
    return [parameter.name, valueFor(target, parameter, byName === undefined ? found : [byName])] as const;
  });
  return Object.fromEntries(values);
}

/** Texts and numbers for one parameter: functions go through all of them for each series. */
const repeatLimit = 100;

function valueFor(target: SeriesFunction, parameter: Parameter, given: readonly Evaluated[]): unknown {
  const present = given.filter((one) => !("literal" in one && one.literal.kind === "none"));
  if (present.length === 0 && parameter.required === true && parameter.default === undefined)
    throw fault(target, parameter, "is missing");
  const values = present.map((one) => {
    const value = converted(parameter, one);
    if (value === undefined) {
      throw fault(target, parameter, `must be ${expectations[parameter.type]}${got(one)}`);
    }
    checkOptions(target, parameter, value);
    return value;
  });
  if (parameter.multiple === true) {
    const isList = parameter.type === "seriesList" || parameter.type === "seriesLists";
    if (!isList && values.length > repeatLimit)
      throw fault(target, parameter, `is given more than ${repeatLimit} times`);
    return values;
  }
  return values.length > 0 ? values[0] : parameter.default;
}

function checkOptions(target: SeriesFunction, parameter: Parameter, value: unknown): void {
  const { options } = parameter;
  if (options === undefined || options.some((option) => option === value || option === asBoolean(value)))
    return;
  throw fault(target, parameter, `must be one of ${options.filter((option) => option !== null).join(", ")}`);
}

function asBoolean(value: unknown): boolean | undefined {
  return value === "true" || value === "false" ? value === "true" : undefined;
}

const expectations: Readonly<Record<Parameter["type"], string>> = {
  seriesList: "series",
  seriesLists: "lists of series",
  string: "a text",
  float: "a number",
  integer: "a whole number",
  intOrInf: "a whole number or inf",
  boolean: "true or false",
  node: "a whole number",
  nodeOrTag: "the number of a part of the name or a tag",
  tag: "a tag",
  interval: 'a span such as "5min"',
  intOrInterval: 'a number of points or a span such as "5min"',
  aggFunc: `one of ${Object.keys(aggregations).join(", ")}`,
  aggOrSeriesFunc: "the name of an aggregation or of a function that combines series",
  date: "a time",
  any: "a number or series",
};

/** The value as the parameter's type has it, or undefined when it is none. */
function converted(parameter: Parameter, given: Evaluated): unknown {
  if ("series" in given) return ofSeries(parameter.type, given);
  const { literal } = given;
  if (literal.kind === "none") return undefined;
  return converters[parameter.type](literal);
}

function ofSeries(type: Parameter["type"], given: Extract<Evaluated, { series: unknown }>): unknown {
  if (type === "seriesLists") return given.groups ?? [given.series];
  return type === "seriesList" || type === "any" ? given.series : undefined;
}

type Present = Exclude<Literal, { kind: "none" }>;

const converters: Readonly<Record<Parameter["type"], (literal: Present) => unknown>> = {
  seriesList: () => undefined,
  seriesLists: () => undefined,
  string: textOf,
  tag: textOf,
  float: numberOf,
  integer: wholeNumberOf,
  node: wholeNumberOf,
  intOrInf: (literal) =>
    numberOf(literal) === Number.POSITIVE_INFINITY ? numberOf(literal) : wholeNumberOf(literal),
  boolean(literal) {
    if (literal.kind === "boolean") return literal.value;
    const text = textOf(literal).toLowerCase();
    return words.get(text);
  },
  nodeOrTag: (literal) => (literal.kind === "number" ? wholeNumberOf(literal) : nodeOrTag(textOf(literal))),
  interval: (literal) => (literal.kind === "string" ? spanOf(literal.value) : undefined),
  intOrInterval: (literal) => (literal.kind === "string" ? spanOf(literal.value) : wholeNumberOf(literal)),
  aggFunc: (literal) => aggregationName(textOf(literal)),
  aggOrSeriesFunc: (literal) => (literal.kind === "string" ? literal.value : undefined),
  date: (literal) => (literal.kind === "boolean" ? undefined : textOf(literal)),
  any: (literal) => (literal.kind === "number" ? { value: literal.value, text: textOf(literal) } : undefined),
};

const words: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);

function textOf(literal: Present): string {
  if (literal.kind !== "number") return String(literal.value);
  return literal.whole ? String(literal.value) : floatText(literal.value);
}

function numberOf(literal: Present): number | undefined {
  if (literal.kind === "boolean") return Number(literal.value);
  if (literal.kind === "number") return literal.value;
  const text = literal.value.trim();
  if (/^[+-]?inf(inity)?$/i.test(text)) return text.startsWith("-") ? -Infinity : Infinity;
  return /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function wholeNumberOf(literal: Present): number | undefined {
  if (literal.kind === "number") return literal.whole && isSafe(literal.value) ? literal.value : undefined;
  if (literal.kind === "boolean") return Number(literal.value);
  return /^\s*[+-]?\d{1,15}\s*$/.test(literal.value) ? Number(literal.value) : undefined;
}

function isSafe(value: number): boolean {
  return Math.abs(value) <= 1e15;
}

function nodeOrTag(text: string): number | string {
  return /^-?\d{1,6}$/.test(text) ? Number(text) : text;
}

function spanOf(text: string): string | undefined {
  return text !== "" && parseTimeOffset(text) !== undefined ? text : undefined;
}

function aggregationName(text: string): string | undefined {
  const plain = text.endsWith("Series") ? text.slice(0, -"Series".length) : text;
  return Object.hasOwn(aggregations, plain) ? text : undefined;
}

function got(given: Evaluated): string {
  if ("series" in given) return ", not series";
  return given.literal.kind === "none" ? "" : `, not ${shown(textOf(given.literal))}`;
}

function fault({ name }: SeriesFunction, parameter: Parameter, reason: string) {
  return refusal(`${name}(): the parameter ${parameter.name} ${reason}`);
}
