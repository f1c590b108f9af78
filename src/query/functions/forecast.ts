// Functions that guess what values should be: a straight line, and Holt-Winters.

import { eachSeries } from "../calculation/each.ts";
import { holtWinters } from "../calculation/holt-winters.ts";
import { type Call, defineFunction, type Parameter, seriesList } from "../function.ts";
import { derived, newSeries, noValues, type Series } from "../series.ts";
import { parseTimeOffset } from "../time/time-offset.ts";
import { timeArgument } from "./shift.ts";

/** Least squares: a value and what it grows by in a second; undefined for fewer than two values. */
function lineThrough({
  values,
  start,
  step,
}: Series): { readonly factor: number; readonly offset: number } | undefined {
  let [count, sumPlaces, sumValues, sumSquares, sumProducts] = [0, 0, 0, 0, 0];
  for (const [place, value] of values.entries()) {
    if (Number.isNaN(value)) continue;
    count += 1;
    sumPlaces += place;
    sumValues += value;
    sumSquares += place * place;
    sumProducts += place * value;
  }
  const denominator = count * sumSquares - sumPlaces * sumPlaces;
  if (denominator === 0) return undefined;
  const factor = (count * sumProducts - sumPlaces * sumValues) / denominator / step;
  const offset = (sumSquares * sumValues - sumProducts * sumPlaces) / denominator - factor * start;
  return { factor, offset };
}

const bootstrapInterval = {
  name: "bootstrapInterval",
  type: "interval",
  default: "7d",
  suggestions: ["7d", "30d"],
} as const satisfies Parameter;
const seasonality = {
  name: "seasonality",
  type: "interval",
  default: "1d",
  suggestions: ["1d", "7d"],
} as const satisfies Parameter;
const delta = { name: "delta", type: "integer", default: 3 } as const satisfies Parameter;

interface Forecasting {
  readonly bootstrapInterval: string;
  readonly seasonality: string;
}

interface Forecast {
  /** With the tags of its forecast. */
  readonly series: Series;
  readonly start: number;
  readonly predictions: Float64Array;
  readonly deviations: Float64Array;
}

async function forecasts(settings: Forecasting, call: Call): Promise<Forecast[]> {
  const seconds = parseTimeOffset(settings.bootstrapInterval) ?? 0;
  const season = parseTimeOffset(settings.seasonality) ?? 0;
  const results: Forecast[] = [];
  for (const given of await call.again({ startS: call.context.startS - seconds })) {
    const { predictions, deviations } = holtWinters(
      given.values,
      Math.max(1, Math.floor(season / given.step)),
    );
    const skipped = Math.floor(seconds / given.step);
    const tags = { ...given.tags, holtWintersForecast: "1", holtWintersDeviation: "1" };
    results.push({
      series: { ...given, tags },
      start: given.start + seconds,
      predictions: predictions.subarray(skipped),
      deviations: deviations.subarray(skipped),
    });
    await call.context.work.breathe();
  }
  return results;
}

/** The lower and the upper band of each series. */
async function bands(settings: Forecasting & { readonly delta: number }, call: Call): Promise<Series[]> {
  return (await forecasts(settings, call)).flatMap(({ series, start, predictions, deviations }) => {
    const tags = { ...series.tags, holtWintersConfidenceUpper: "1", holtWintersConfidenceLower: "1" };
    const { end, step, xFilesFactor, pathExpression } = series;
    const band = (name: string, direction: number) => {
      const values = predictions.map(
        (value, place) => value + direction * settings.delta * (deviations[place] ?? Number.NaN),
      );
      const full = `holtWintersConfidence${name}(${series.name})`;
      return newSeries({ name: full, start, end, step, values, tags, xFilesFactor, pathExpression });
    };
    return [band("Lower", -1), band("Upper", 1)];
  });
}

/** What values are beyond their bands; 0 within. */
function beyond(series: Series, lower: Series | undefined, upper: Series | undefined): Float64Array {
  return series.values.map((value, place) => {
    const high = upper?.values[place] ?? Number.NaN;
    const low = lower?.values[place] ?? Number.NaN;
    if (value > high) return value - high;
    return value < low ? value - low : 0;
  });
}

export const forecastFunctions = [
  defineFunction({
    name: "linearRegression",
    group: "Calculate",
    summary: "The straight line nearest to the values, or to those of another time.",
    params: [seriesList, { name: "startSourceAt", type: "date" }, { name: "endSourceAt", type: "date" }],
    async apply({ seriesList: list, startSourceAt, endSourceAt }, call) {
      const { context } = call;
      const time = (text: string | undefined, otherwise: number) =>
        text === undefined ? Math.floor(otherwise) : timeArgument(text, "linearRegression", call);
      const startS = time(startSourceAt, context.startS);
      const endS = time(endSourceAt, context.endS);
      const sources = await call.again({ startS, endS });
      const places = new Map(list.map((series, place) => [series, place]));
      return await eachSeries(list.slice(0, sources.length), call, (series) => {
        const source = sources[places.get(series) ?? 0];
        const line = source === undefined ? undefined : lineThrough(source);
        if (line === undefined) return undefined;
        const values = noValues(series.values.length).map(
          (_, place) => line.offset + (series.start + place * series.step) * line.factor,
        );
        const name = `linearRegression(${series.name}, ${startS}, ${endS})`;
        return derived(series, {
          name,
          values,
          tags: { ...series.tags, linearRegressions: `${startS}, ${endS}` },
        });
      });
    },
  }),
  defineFunction({
    name: "holtWintersForecast",
    group: "Calculate",
    summary: "What Holt-Winters expects of values that come again each season.",
    params: [seriesList, bootstrapInterval, seasonality],
    async apply(settings, call) {
      return (await forecasts(settings, call)).map(({ series, start, predictions }) => {
        const { end, step, tags, xFilesFactor } = series;
        const name = `holtWintersForecast(${series.name})`;
        return newSeries({ name, start, end, step, values: predictions, tags, xFilesFactor });
      });
    },
  }),
  defineFunction({
    name: "holtWintersConfidenceBands",
    group: "Calculate",
    summary: "The bands in which Holt-Winters expects values.",
    params: [seriesList, delta, bootstrapInterval, seasonality],
    apply: (settings, call) => bands(settings, call),
  }),
  defineFunction({
    name: "holtWintersConfidenceArea",
    group: "Calculate",
    summary: "The area between the bands in which Holt-Winters expects values.",
    params: [seriesList, delta, bootstrapInterval, seasonality],
    async apply(settings, call) {
      return (await bands(settings, call)).map((series, place) => {
        const name = `holtWintersConfidenceArea(${series.pathExpression})`;
        const tags = { ...series.tags, holtWintersConfidenceArea: "1" };
        const draw = place % 2 === 0 ? { stacked: true, invisible: true } : { stacked: true };
        return derived(series, { name, tags, draw });
      });
    },
  }),
  defineFunction({
    name: "holtWintersAberration",
    group: "Calculate",
    summary: "What values are beyond the bands in which Holt-Winters expects them.",
    params: [seriesList, delta, bootstrapInterval, seasonality],
    async apply({ seriesList: list, ...settings }, call) {
      const found = new Map((await bands(settings, call)).map((series) => [series.name, series]));
      return await eachSeries(list, call, (series) => {
        const lower = found.get(`holtWintersConfidenceLower(${series.name})`);
        const upper = found.get(`holtWintersConfidenceUpper(${series.name})`);
        const name = `holtWintersAberration(${series.name})`;
        const tags = { ...series.tags, holtWintersAberration: "1" };
        return derived(series, { name, values: beyond(series, lower, upper), tags });
      });
    },
  }),
];
