// Functions that make series of numbers and of time itself.
import { aggregation } from "../aggregation.ts";
import { eachSeries } from "../calculation/each.ts";
import { refusal } from "../fault.ts";
import { type Call, defineFunction, seriesList } from "../function.ts";
import { floatText, shortText } from "../number-text.ts";
import { derived, newSeries, type Series } from "../series.ts";
import { timeArgument } from "./shift.ts";

/** A line of three points at one value. */
export function constantLine(value: number, call: Call, text = floatText(value)): Series {
  const start = Math.floor(call.context.startS);
  const end = Math.floor(call.context.endS);
  const step = Math.max(1, Math.floor((end - start) / 2));
  const values = new Float64Array(3).fill(value);
  const { xFilesFactor } = call.context;
  const pathExpression = `constantLine(${text})`;
  return newSeries({ name: text, start, end, step, values, xFilesFactor, pathExpression });
}

interface Made {
  readonly name: string;
  readonly step: number;
  readonly pathExpression?: string;
}

/** A series of what a function makes of the times. */
function ofTimes(
  { name, step, pathExpression = name }: Made,
  call: Call,
  valueAt: (timeS: number) => number,
) {
  if (step < 1) throw refusal("the step must be a second or more");
  const start = Math.floor(call.context.startS);
  const end = Math.floor(call.context.endS);
  const count = Math.ceil((end - start) / step);
  const values = call.context.work.room(Math.max(0, count));
  for (let place = 0; place < values.length; place += 1) values[place] = valueAt(start + place * step);
  const { xFilesFactor } = call.context;
  return [newSeries({ name, start, end, step, values, xFilesFactor, pathExpression })];
}

const name = { name: "name", type: "string", required: true } as const;
const step = { name: "step", type: "integer", default: 60 } as const;

export const lineFunctions = [
  defineFunction({
    name: "constantLine",
    group: "Special",
    summary: "A line at a number.",
    params: [{ name: "value", type: "float", required: true }],
    apply: ({ value }, call) => [constantLine(value, call)],
  }),
  defineFunction({
    name: "threshold",
    group: "Graph",
    summary: "A line at a number, with a name and a colour.",
    params: [
      { name: "value", type: "float", required: true },
      { name: "label", type: "string" },
      { name: "color", type: "string" },
    ],
    apply({ value, label = "", color = "" }, call) {
      const line = constantLine(value, call);
      const draw = color === "" ? line.draw : { ...line.draw, color };
      return [{ ...line, name: label === "" ? line.name : label, draw }];
    },
  }),
  defineFunction({
    name: "verticalLine",
    group: "Graph",
    summary: "A line from bottom to top at a time.",
    params: [
      { name: "ts", type: "date", required: true },
      { name: "label", type: "string" },
      { name: "color", type: "string" },
    ],
    apply({ ts, label = "", color = "" }, call) {
      const at = timeArgument(ts, "verticalLine", call);
      const { startS, endS, xFilesFactor } = call.context;
      if (at < Math.floor(startS) || at > endS)
        throw refusal("verticalLine(): the time is not within what is asked for");
      const values = Float64Array.of(1, 1);
      const line = newSeries({ name: label, start: at, end: at, step: 1, values, xFilesFactor });
      return [{ ...line, draw: color === "" ? { drawAsInfinite: true } : { drawAsInfinite: true, color } }];
    },
  }),
  defineFunction({
    name: "aggregateLine",
    group: "Calculate",
    summary: "A line at the aggregation of each series.",
    params: [
      seriesList,
      { name: "func", type: "aggFunc", default: "average" },
      { name: "keepStep", type: "boolean", default: false },
    ],
    apply({ seriesList: list, func, keepStep }, call) {
      const valueFrom = aggregation(func);
      return eachSeries(list, call, (series) => {
        const value = valueFrom(series.values);
        const text = !Number.isNaN(value) ? shortText(value) : "None";
        const full = `aggregateLine(${series.name}, ${text})`;
        if (keepStep) return derived(series, { name: full, values: series.values.map(() => value) });
        return {
          ...constantLine(value, call, !Number.isNaN(value) ? undefined : "None"),
          name: full,
          pathExpression: full,
        };
      });
    },
  }),
  defineFunction({
    name: "identity",
    group: "Calculate",
    summary: "The time itself, each minute.",
    params: [name],
    apply: ({ name: given }, call) =>
      ofTimes({ name: given, step: 60, pathExpression: `identity("${given}")` }, call, (timeS) => timeS),
  }),
  defineFunction({
    name: "timeFunction",
    aliases: ["time"],
    group: "Transform",
    summary: "The time itself, at each step.",
    params: [name, step],
    apply: ({ name: given, step: width }, call) =>
      ofTimes({ name: given, step: width }, call, (timeS) => timeS),
  }),
  defineFunction({
    name: "sinFunction",
    aliases: ["sin"],
    group: "Transform",
    summary: "The sine of the time in seconds, times a number.",
    params: [name, { name: "amplitude", type: "integer", default: 1 }, step],
    apply: ({ name: given, amplitude, step: width }, call) =>
      ofTimes({ name: given, step: width }, call, (timeS) => Math.sin(timeS) * amplitude),
  }),
];
