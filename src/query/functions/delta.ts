// Functions of a value and the one before it.

import { eachSeries, wrapped } from "../calculation/each.ts";
import { refusal } from "../fault.ts";
import { defineFunction, seriesList } from "../function.ts";
import { rounded } from "../number-text.ts";
import { parseTimeOffset } from "../time/time-offset.ts";

interface Bounds {
  readonly maxValue: number | undefined;
  readonly minValue: number | undefined;
}

/** Increases of a counter; one that begins anew is gone on with when its bounds are known. */
function increases(values: Float64Array, { maxValue, minValue }: Bounds): Float64Array {
  let before = Number.NaN;
  return values.map((value) => {
    if ((maxValue !== undefined && value > maxValue) || (minValue !== undefined && value < minValue)) {
      before = Number.NaN;
      return Number.NaN;
    }
    const previous = before;
    before = value;
    if (!(value < previous)) return value - previous;
    if (maxValue !== undefined) return maxValue + 1 + value - previous - (minValue ?? 0);
    return minValue === undefined ? Number.NaN : value - minValue;
  });
}

const bounds = [
  { name: "maxValue", type: "float" },
  { name: "minValue", type: "float" },
] as const;

function runningSum(values: Float64Array): Float64Array {
  let sum = 0;
  return values.map((value) => {
    if (Number.isNaN(value)) return value;
    sum += value;
    return sum;
  });
}

export const deltaFunctions = [
  defineFunction({
    name: "derivative",
    group: "Transform",
    summary: "Each value less the one before it.",
    params: [seriesList],
    apply: ({ seriesList: list }, call) =>
      eachSeries(list, call, (series) => {
        const values = series.values.map((value, place, all) => value - (all[place - 1] ?? Number.NaN));
        return wrapped(series, values, { name: `derivative(${series.name})`, tag: "derivative" });
      }),
  }),
  defineFunction({
    name: "nonNegativeDerivative",
    group: "Transform",
    summary: "Increases of a counter; none where it began anew, unless its bounds are given.",
    params: [seriesList, ...bounds],
    apply: ({ seriesList: list, maxValue, minValue }, call) =>
      eachSeries(list, call, (series) =>
        wrapped(series, increases(series.values, { maxValue, minValue }), {
          name: `nonNegativeDerivative(${series.name})`,
          tag: "nonNegativeDerivative",
        }),
      ),
  }),
  defineFunction({
    name: "perSecond",
    group: "Transform",
    summary: "Increases of a counter in each second; none where it began anew, unless its bounds are given.",
    params: [seriesList, ...bounds],
    apply: ({ seriesList: list, maxValue, minValue }, call) =>
      eachSeries(list, call, (series) => {
        const values = increases(series.values, { maxValue, minValue });
        const rates = values.map((value) => (!Number.isNaN(value) ? rounded(value / series.step, 6) : value));
        return wrapped(series, rates, { name: `perSecond(${series.name})`, tag: "perSecond" });
      }),
  }),
  defineFunction({
    name: "integral",
    group: "Transform",
    summary: "The sum of all values up to each.",
    params: [seriesList],
    apply: ({ seriesList: list }, call) =>
      eachSeries(list, call, (series) =>
        wrapped(series, runningSum(series.values), { name: `integral(${series.name})`, tag: "integral" }),
      ),
  }),
  defineFunction({
    name: "integralByInterval",
    group: "Transform",
    summary: "The sum of all values up to each, beginning anew after each interval.",
    params: [seriesList, { name: "intervalUnit", type: "string", required: true }],
    apply({ seriesList: list, intervalUnit }, call) {
      const interval = Math.abs(parseTimeOffset(intervalUnit) ?? 0);
      if (interval < 1)
        throw refusal('integralByInterval(): the parameter intervalUnit must be a span such as "1d"');
      const startS = Math.floor(call.context.startS);
      return eachSeries(list, call, (series) => {
        let sum = 0;
        const values = series.values.map((value, place) => {
          const since = series.start + place * series.step - startS;
          if (Math.floor(since / interval) !== Math.floor((since - series.step) / interval)) sum = 0;
          if (!Number.isNaN(value)) sum += value;
          return sum;
        });
        const name = `integralByInterval(${series.name},'${intervalUnit}')`;
        return wrapped(series, values, { name, tag: "integralByInterval", tagValue: intervalUnit });
      });
    },
  }),
];
