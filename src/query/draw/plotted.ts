// Series as what is to be drawn of them: values on top of each other where they are stacked, colours, the axis they are on.
import { refusal } from "../fault.ts";
import type { Points } from "../render/fitting.ts";
import type { Work } from "../work.ts";
import type { ChartOptions } from "./chart-options.ts";
import { colourOf, paletteColour } from "./colour.ts";
import type { Colour } from "./surface.ts";

export interface Plotted {
  readonly points: Points;
  readonly values: Float64Array;
  /** What the area below reaches down to; zero where undefined. */
  readonly below: Float64Array | undefined;
  /** The least and the greatest of the values; infinities are beyond every axis. */
  readonly range: readonly [least: number, most: number];
  readonly isArea: boolean;
  readonly isRight: boolean;
  readonly colour: Colour;
}

/** Lines of a chart: with more of them nothing is seen. */
const seriesLimit = 2000;

/** Refuses more than 2000 series. */
export async function plotted(
  list: readonly Points[],
  options: ChartOptions,
  work: Work,
): Promise<Plotted[]> {
  if (list.length > seriesLimit) throw refusal(`a picture of more than ${seriesLimit} series is asked for`);
  const plot = plotter(list, options);
  const results: Plotted[] = [];
  for (const [index, points] of list.entries()) {
    const one = plot(points, index);
    results.push({ ...one, range: rangeOfValues(one.values) });
    await work.breathe();
  }
  return results;
}

type Placed = Omit<Plotted, "range">;

function plotter(list: readonly Points[], options: ChartOptions): (points: Points, index: number) => Placed {
  const colours = coloursOf(list, options);
  let stack: Float64Array | undefined;
  return (points, index) => {
    const { draw } = points.series;
    const isRight = draw.secondYAxis === true;
    const colour = colours[index] ?? paletteColour(index);
    if (options.areaMode === "stacked" && !isRight) {
      const below = stack;
      const values = onTop(points.values, below);
      stack = filled(values, below);
      return { points, values, below, isArea: true, isRight, colour };
    }
    const before = list[index - 1];
    const below = before?.series.draw.invisible === true ? before.values : undefined;
    const isArea = draw.stacked === true || isAreaOf(options, index);
    return { points, values: points.values, below, isArea, isRight, colour };
  };
}

/** Each series' own colour, or the next that is free. */
function coloursOf(list: readonly Points[], { colours }: ChartOptions): Colour[] {
  let place = 0;
  return list.map(({ series: { draw } }) => {
    const own = draw.color === undefined ? undefined : colourOf(draw.color);
    if (own !== undefined) return own;
    const colour = colours[place % Math.max(1, colours.length)] ?? paletteColour(place);
    if (draw.invisible !== true) place += 1;
    return colour;
  });
}

function isAreaOf({ areaMode }: ChartOptions, index: number): boolean {
  return areaMode === "all" || (areaMode === "first" && index === 0);
}

function onTop(values: Float64Array, stack: Float64Array | undefined): Float64Array {
  return values.map((value, place) => value + (stack?.[place] ?? 0));
}

/** Where a series has no value, the next stands on what was below it. */
function filled(values: Float64Array, stack: Float64Array | undefined): Float64Array {
  return values.map((value, place) => (Number.isNaN(value) ? (stack?.[place] ?? 0) : value));
}

function rangeOfValues(values: Float64Array): [least: number, most: number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = value < least && value !== Number.NEGATIVE_INFINITY ? value : least;
    most = value > most && value !== Number.POSITIVE_INFINITY ? value : most;
  }
  return [least, most];
}

/** The least and the greatest of what is seen. */
export function rangeOf(list: readonly Plotted[]): [least: number, most: number] {
  const seen = list.filter(({ points }) => points.series.draw.drawAsInfinite !== true);
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { range } of seen) {
    least = Math.min(least, range[0]);
    most = Math.max(most, range[1]);
  }
  return [least, most];
}
