// Triple exponential smoothing after Holt and Winters, as Brutlag uses it for aberrant behaviour in time series.

export interface HoltWinters {
  /** What was expected at each place; NaN where nothing could be. */
  readonly predictions: Float64Array;
  /** What values differed from it, smoothed over the seasons. */
  readonly deviations: Float64Array;
}

/** Shares of the newest value in level, slope, and season and deviation. */
const level = 0.1;
const trend = 0.0035;
const season = 0.1;

interface State {
  readonly intercepts: Float64Array;
  readonly slopes: Float64Array;
  readonly seasonals: Float64Array;
  readonly predictions: Float64Array;
  readonly deviations: Float64Array;
}

/** `seasonPoints` is how many places make up a season. */
export function holtWinters(values: Float64Array, seasonPoints: number): HoltWinters {
  const column = () => new Float64Array(values.length);
  const state: State = {
    intercepts: column(),
    slopes: column(),
    seasonals: column(),
    predictions: column(),
    deviations: column(),
  };
  let expected = Number.NaN;
  for (const [place, value] of values.entries()) {
    if (!Number.isNaN(value)) expected = learn(state, { place, value, expected, seasonPoints });
    else {
      state.intercepts[place] = Number.NaN;
      state.predictions[place] = expected;
      expected = Number.NaN;
    }
  }
  return state;
}

interface Observation {
  readonly place: number;
  readonly value: number;
  readonly expected: number;
  readonly seasonPoints: number;
}

/** Takes in one value; what is expected of the next. */
function learn(state: State, { place, value, expected, seasonPoints }: Observation): number {
  const { intercepts, slopes, seasonals, predictions, deviations } = state;
  const seasonAgo = (column: Float64Array, at: number) => column[at - seasonPoints] ?? 0;
  const known = intercepts[place - 1] ?? Number.NaN;
  const lastIntercept = !Number.isNaN(known) ? known : value;
  const lastSlope = slopes[place - 1] ?? 0;
  const lastSeasonal = seasonAgo(seasonals, place);
  const intercept = level * (value - lastSeasonal) + (1 - level) * (lastIntercept + lastSlope);
  const slope = trend * (intercept - lastIntercept) + (1 - trend) * lastSlope;
  const prediction = place === 0 ? value : expected;
  const difference = Math.abs(value - (!Number.isNaN(prediction) ? prediction : 0));
  intercepts[place] = intercept;
  slopes[place] = slope;
  deviations[place] = season * difference + (1 - season) * seasonAgo(deviations, place);
  predictions[place] = prediction;
  // Before this place's own season is written: a season of one point looks back at it then.
  const nextSeasonal = seasonPoints === 1 ? 0 : seasonAgo(seasonals, place + 1);
  seasonals[place] = season * (value - intercept) + (1 - season) * lastSeasonal;
  return intercept + slope + nextSeasonal;
}
