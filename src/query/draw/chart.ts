// A chart of series: title, axes, grid, lines and areas, and who is who.
import type { Points } from "../render/fitting.ts";
import type { TimeZone } from "../time/time-zone.ts";
import type { Work } from "../work.ts";
import type { ChartOptions } from "./chart-options.ts";
import { mixed } from "./colour.ts";
import { legendFor } from "./legend.ts";
import { drawSeries, type Frame } from "./lines-and-areas.ts";
import { type Plotted, plotted, rangeOf } from "./plotted.ts";
import type { Box, Surface } from "./surface.ts";
import { timeTicks } from "./time-axis.ts";
import { type ValueAxis, valueAxis } from "./value-axis.ts";

export interface ChartTime {
  readonly startS: number;
  readonly endS: number;
  readonly zone: TimeZone;
}

interface Layout {
  readonly plot: Box;
  readonly size: number;
  readonly left: ValueAxis;
  readonly right: ValueAxis | undefined;
}

/** Pixels of a letter's height: larger pictures are looked at from farther away. */
function letterSize({ width, height }: ChartOptions): number {
  return Math.min(30, Math.max(10, Math.round(Math.sqrt(width * height) / 42)));
}

export async function drawChart(
  list: readonly Points[],
  { surface, options, time }: { surface: Surface; options: ChartOptions; time: ChartTime },
  work: Work,
): Promise<void> {
  const size = letterSize(options);
  const shown = await plotted(list, options, work);
  surface.fillBox(
    { x: 0, y: 0, width: surface.width, height: surface.height },
    { colour: options.background },
  );
  const top = options.title === "" ? size * 0.8 : size * 2.4;
  const legend = await legendFor(shown, { surface, options, size }, work);
  const layout = layoutOf(shown, { surface, options, size, top, bottom: legend.height });
  drawTitle(surface, options, size);
  drawValueGrid(surface, options, layout);
  drawTimeGrid(surface, { options, time }, layout);
  if (list.length === 0) drawEmpty(surface, options, layout);
  surface.clip(layout.plot);
  // Those in front are drawn last; areas that stand on others are the taller the later they come.
  for (const one of [...shown].sort((a, b) => Number(b.isArea) - Number(a.isArea))) {
    await drawSeries(surface, one, frameOf(one, layout, { options, time }));
    await work.breathe();
  }
  surface.clip(undefined);
  legend.draw();
}

interface Room {
  readonly surface: Surface;
  readonly options: ChartOptions;
  readonly size: number;
  readonly top: number;
  readonly bottom: number;
}

function layoutOf(shown: readonly Plotted[], { surface, options, size, top, bottom }: Room): Layout {
  const margin = size * 0.8;
  const below = options.hideAxes ? margin : size * 2.2;
  const height = Math.max(8, surface.height - top - below - bottom);
  const axisOf = (part: readonly Plotted[]) => {
    const [least, most] = rangeOf(part);
    const withZero = part.some(({ isArea, below: ground }) => isArea && ground === undefined);
    const { min, max, system } = options;
    return valueAxis(least, most, { min, max, withZero, room: Math.max(2, height / (size * 3.2)), system });
  };
  const onRight = shown.filter(({ isRight }) => isRight);
  const left = axisOf(shown.filter(({ isRight }) => !isRight));
  const right = onRight.length === 0 ? undefined : axisOf(onRight);
  const roomFor = (axis: ValueAxis | undefined) =>
    axis === undefined || options.hideAxes
      ? margin
      : Math.max(0, ...axis.ticks.map(({ text }) => surface.measure(text, size))) + size * 1.3;
  const x = Math.round(roomFor(left));
  const width = Math.max(8, surface.width - x - Math.round(roomFor(right)));
  return { plot: { x, y: Math.round(top), width, height: Math.round(height) }, size, left, right };
}

function drawTitle(surface: Surface, { title, foreground }: ChartOptions, size: number): void {
  if (title === "") return;
  const at = { x: surface.width / 2, y: size * 1.6 };
  surface.write(title, at, { colour: foreground, size: size * 1.2, align: "centre" });
}

function drawEmpty(surface: Surface, { foreground }: ChartOptions, { plot, size }: Layout): void {
  const at = { x: plot.x + plot.width / 2, y: plot.y + plot.height / 2 };
  surface.write("No data", at, { colour: foreground, size: size * 1.4, align: "centre" });
}

function drawValueGrid(surface: Surface, options: ChartOptions, { plot, size, left, right }: Layout): void {
  const { background, foreground } = options;
  const grid = mixed(foreground, background, 0.14);
  const label = mixed(foreground, background, 0.8);
  const placeOf = (axis: ValueAxis, value: number) =>
    Math.round(plot.y + plot.height * (1 - (value - axis.least) / (axis.most - axis.least)));
  for (const { value, text } of left.ticks) {
    const y = placeOf(left, value);
    if (!options.hideGrid) surface.fillBox({ x: plot.x, y, width: plot.width, height: 1 }, { colour: grid });
    const at = { x: plot.x - size * 0.6, y: y + size * 0.35 };
    if (!options.hideAxes) surface.write(text, at, { colour: label, size, align: "right" });
  }
  if (right === undefined || options.hideAxes) return;
  for (const { value, text } of right.ticks) {
    const at = { x: plot.x + plot.width + size * 0.6, y: placeOf(right, value) + size * 0.35 };
    surface.write(text, at, { colour: label, size, align: "left" });
  }
}

function drawTimeGrid(
  surface: Surface,
  { options, time }: { options: ChartOptions; time: ChartTime },
  { plot, size }: Layout,
): void {
  const { background, foreground } = options;
  const grid = mixed(foreground, background, 0.14);
  const label = mixed(foreground, background, 0.8);
  let free = 0;
  for (const { timeS, text } of timeTicks({
    ...time,
    room: plot.width / (surface.measure("00:00:00", size) * 1.3),
  })) {
    const x = Math.round(plot.x + (plot.width * (timeS - time.startS)) / (time.endS - time.startS));
    if (!options.hideGrid) surface.fillBox({ x, y: plot.y, width: 1, height: plot.height }, { colour: grid });
    const half = surface.measure(text, size) / 2;
    if (options.hideAxes || x - half < free || x + half > surface.width) continue;
    surface.write(
      text,
      { x, y: plot.y + plot.height + size * 1.5 },
      { colour: label, size, align: "centre" },
    );
    free = x + half + size;
  }
}

function frameOf(
  { isRight }: Plotted,
  { plot, size, left, right }: Layout,
  { options, time }: { options: ChartOptions; time: ChartTime },
): Frame {
  const axis = isRight && right !== undefined ? right : left;
  const xOf = (timeS: number) => plot.x + (plot.width * (timeS - time.startS)) / (time.endS - time.startS);
  const yOf = (value: number) => {
    const share = (value - axis.least) / (axis.most - axis.least);
    // Far outside is far enough: lines keep their direction, and no length grows without end.
    return plot.y + plot.height * (1 - Math.min(20, Math.max(-20, share)));
  };
  return { plot, xOf, yOf, lineMode: options.lineMode, width: options.lineWidth ?? Math.max(1.4, size / 8) };
}
