// One series on a chart: its line, the area below it, or marks from bottom to top.
import type { LineMode } from "./chart-options.ts";
import type { Plotted } from "./plotted.ts";
import type { Box, Point, Surface } from "./surface.ts";

export interface Frame {
  readonly plot: Box;
  readonly xOf: (timeS: number) => number;
  readonly yOf: (value: number) => number;
  readonly lineMode: LineMode;
  /** Of lines, when a series has no width of its own. */
  readonly width: number;
}

const areaAlpha = 0.32;
/** Pixels. */
const longestDash = 1000;

export async function drawSeries(surface: Surface, series: Plotted, frame: Frame): Promise<void> {
  const { draw } = series.points.series;
  if (draw.invisible === true) return;
  const width = draw.lineWidth === undefined ? frame.width : Math.min(50, Math.max(0.1, draw.lineWidth));
  const alpha = Math.min(1, Math.max(0, draw.alpha ?? 1));
  const stroke = {
    colour: series.colour,
    width,
    alpha,
    ...(draw.dashed === undefined ? {} : { dash: Math.min(longestDash, Math.max(1, draw.dashed)) }),
  };
  if (draw.drawAsInfinite === true) {
    await surface.stroke(marks(series, frame), stroke);
    return;
  }
  if (series.isArea) {
    const fill = { colour: series.colour, alpha: draw.alpha === undefined ? areaAlpha : alpha };
    for (const edges of areas(series, frame)) await surface.fillBetween(edges, fill);
  }
  await surface.stroke(linesOf(series, frame), stroke);
}

function timeAt({ points }: Plotted, place: number): number {
  return points.start + place * points.step;
}

function marks(series: Plotted, { plot, xOf }: Frame): Point[][] {
  const lines: Point[][] = [];
  for (const [place, value] of series.values.entries()) {
    if (Number.isNaN(value) || value === 0) continue;
    const x = xOf(timeAt(series, place));
    if (x < plot.x - 1 || x > plot.x + plot.width + 1) continue;
    lines.push([
      { x, y: plot.y },
      { x, y: plot.y + plot.height },
    ]);
  }
  return lines;
}

/** Runs of places with values; across gaps too when lines are to be connected. */
function runsOf({ values }: Plotted, lineMode: LineMode): number[][] {
  const runs: number[][] = [];
  let run: number[] = [];
  for (const [place, value] of values.entries()) {
    if (!Number.isNaN(value)) run.push(place);
    else if (lineMode !== "connected" && run.length > 0) {
      runs.push(run);
      run = [];
    }
  }
  return run.length > 0 ? [...runs, run] : runs;
}

function linesOf(series: Plotted, frame: Frame): Point[][] {
  return runsOf(series, frame.lineMode).map((run) => edge(series, run, { frame, values: series.values }));
}

interface Edge {
  readonly frame: Frame;
  readonly values: Float64Array | undefined;
}

/** A line through the values at these places, in steps where that is wanted; at zero when there are none. */
function edge(series: Plotted, run: readonly number[], { frame, values }: Edge): Point[] {
  const line: Point[] = [];
  for (const place of run) {
    const value = values === undefined ? 0 : (values[place] ?? 0);
    const point = { x: frame.xOf(timeAt(series, place)), y: frame.yOf(Number.isNaN(value) ? 0 : value) };
    line.push(point);
    if (frame.lineMode === "staircase") line.push({ x: frame.xOf(timeAt(series, place + 1)), y: point.y });
  }
  return line;
}

function areas(series: Plotted, frame: Frame): { upper: Point[]; lower: Point[] }[] {
  return runsOf(series, frame.lineMode).map((run) => ({
    upper: edge(series, run, { frame, values: series.values }),
    lower: edge(series, run, { frame, values: series.below }),
  }));
}
