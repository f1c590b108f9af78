// Who is who in a chart: a dash of colour and the name, in as many columns as fit.
import type { Work } from "../work.ts";
import type { ChartOptions } from "./chart-options.ts";
import { mixed } from "./colour.ts";
import type { Plotted } from "./plotted.ts";
import type { Surface } from "./surface.ts";

export interface Legend {
  /** Pixels from the bottom. */
  readonly height: number;
  draw(): void;
}

interface Place {
  readonly surface: Surface;
  readonly options: ChartOptions;
  readonly size: number;
}

const nothing: Legend = { height: 0, draw() {} };
/** Of the height of a picture. */
const mostShare = 0.4;

export async function legendFor(
  shown: readonly Plotted[],
  { surface, options, size }: Place,
  work: Work,
): Promise<Legend> {
  const entries = entriesOf(shown);
  const rowHeight = size * 1.7;
  const mostRows = Math.floor((surface.height * mostShare) / rowHeight);
  if (options.hideLegend || options.hideAxes || entries.length === 0 || mostRows < 1) return nothing;
  const room = surface.width - size * 1.6;
  let widest = 0;
  for (const { name } of entries) {
    widest = Math.max(widest, surface.measure(name.slice(0, 200), size));
    if (work.isDue) await work.breathe();
  }
  const columns = Math.max(1, Math.min(entries.length, Math.floor(room / (widest + size * 3.4))));
  const rows = Math.min(mostRows, Math.ceil(entries.length / columns));
  const fits = rows * columns;
  const seen = entries.length > fits ? entries.slice(0, Math.max(1, fits - 1)) : entries;
  const height = rows * rowHeight + size * 0.6;
  const colour = mixed(options.foreground, options.background, 0.9);
  const columnWidth = room / columns;
  return {
    height,
    draw() {
      const at = (place: number) => ({
        x: size * 0.8 + (place % columns) * columnWidth,
        y: surface.height - height + Math.floor(place / columns) * rowHeight + size * 0.9,
      });
      for (const [place, entry] of seen.entries()) {
        const { x, y } = at(place);
        const swatch = { x, y: y - size * 0.42, width: size * 1.4, height: Math.max(2, size * 0.28) };
        surface.fillBox(swatch, { colour: entry.colour });
        const name = shortened(entry.name, { width: columnWidth - size * 2.8, size, surface });
        surface.write(name, { x: x + size * 2, y }, { colour, size, align: "left" });
      }
      const left = entries.length - seen.length;
      if (left > 0) surface.write(`and ${left} more`, at(seen.length), { colour, size, align: "left" });
    },
  };
}

function entriesOf(shown: readonly Plotted[]): { name: string; colour: Plotted["colour"] }[] {
  return shown
    .filter(({ points }) => points.series.draw.invisible !== true && points.series.name !== "")
    .map(({ points, colour }) => ({ name: points.series.name, colour }));
}

function shortened(
  name: string,
  { width, size, surface }: { width: number; size: number; surface: Surface },
): string {
  let text = name.slice(0, 300);
  if (text.length === name.length && surface.measure(text, size) <= width) return text;
  while (text.length > 1 && surface.measure(`${text}…`, size) > width) text = text.slice(0, -1);
  return `${text}…`;
}
