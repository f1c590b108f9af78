// A chart as pixels: lines and areas with smooth edges, letters made of lines.
import { pngOf } from "../../formats/png/png.ts";
import type { Work } from "../work.ts";
import { type Segment, strokesOf } from "./dashes.ts";
import { lettersOf } from "./stroke-font.ts";
import type { Box, Colour, Fill, Point, Surface } from "./surface.ts";

/** Widths of letters' lines, in sizes. */
const penShare = 0.115;
const leastPen = 1;
/** Pixels that are coloured without a look at the time. */
const piece = 50_000;

type Breathing = Pick<Work, "breathe" | "isDue">;

export function pixelSurface(width: number, height: number, work: Breathing): Surface {
  const pixels = Buffer.alloc(width * height * 3);
  const ink = createInk(width, height);
  let within: Box = { x: 0, y: 0, width, height };

  const blend = (index: number, [red, green, blue]: Colour, share: number) => {
    const at = index * 3;
    pixels[at] = blended(pixels[at], red, share);
    pixels[at + 1] = blended(pixels[at + 1], green, share);
    pixels[at + 2] = blended(pixels[at + 2], blue, share);
  };
  const column = (x: number, { top, bottom }: { top: number; bottom: number }, fill: Fill) => {
    const from = Math.max(top, within.y);
    const until = Math.min(bottom, within.y + within.height);
    for (let y = Math.floor(from); y < until; y += 1) {
      const share = Math.min(y + 1, until) - Math.max(y, from);
      if (share > 0) blend(y * width + x, fill.colour, share * (fill.alpha ?? 1));
    }
  };
  const settle = (fill: Fill, most = Number.POSITIVE_INFINITY) =>
    ink.empty((index, share) => blend(index, fill.colour, share * (fill.alpha ?? 1)), most);
  return {
    width,
    height,
    measure: (text, size) => lettersOf(text, size).width,
    fillBox({ x, y, width: boxWidth, height: boxHeight }, fill) {
      if (boxWidth * boxHeight === width * height) {
        pixels.fill(Buffer.from(fill.colour));
        return;
      }
      const last = Math.min(within.x + within.width, x + boxWidth);
      for (let place = Math.floor(Math.max(x, within.x)); place < last; place += 1) {
        const share = Math.min(place + 1, last) - Math.max(place, x);
        column(place, { top: y, bottom: y + boxHeight }, { ...fill, alpha: (fill.alpha ?? 1) * share });
      }
    },
    async stroke(lines, style) {
      const { colour, alpha = 1, width: pen } = style;
      for (const segment of strokesOf(lines, style, within)) {
        ink.draw(segment, pen, within);
        if (work.isDue) await work.breathe();
      }
      while (settle({ colour, alpha }, piece)) if (work.isDue) await work.breathe();
    },
    async fillBetween(edges, fill) {
      for (const { x, top, bottom } of columnsBetween(edges, within)) {
        column(x, { top, bottom }, fill);
        if (work.isDue) await work.breathe();
      }
    },
    write(text, at, { colour, size, align }) {
      const letters = lettersOf(text, size);
      const shift = { left: 0, centre: letters.width / 2, right: letters.width }[align];
      const lines = letters.lines.map((line) =>
        line.map(({ x, y }) => ({ x: at.x - shift + x, y: at.y + y })),
      );
      const pen = Math.max(leastPen, size * penShare);
      for (const segment of strokesOf(lines, { width: pen }, within)) ink.draw(segment, pen, within);
      settle({ colour });
    },
    clip(box) {
      within = box ?? { x: 0, y: 0, width, height };
    },
    async finish() {
      return { contentType: "image/png", body: await pngOf({ width, height, pixels }) };
    },
  };
}

interface Edges {
  readonly upper: readonly Point[];
  readonly lower: readonly Point[];
}

/** Columns of pixels between two lines, as far as they are within the box. */
function* columnsBetween({ upper, lower }: Edges, within: Box) {
  for (const [place, start] of upper.entries()) {
    const [end, from, to] = [upper[place + 1], lower[place], lower[place + 1]];
    if (end === undefined || from === undefined || to === undefined) return;
    const last = Math.min(end.x, within.x + within.width);
    for (let x = Math.ceil(Math.max(start.x, within.x) - 0.5); x + 0.5 < last; x += 1) {
      const share = (x + 0.5 - start.x) / (end.x - start.x);
      const one = start.y + (end.y - start.y) * share;
      const other = from.y + (to.y - from.y) * share;
      yield { x, top: Math.min(one, other), bottom: Math.max(one, other) };
    }
  }
}

function blended(below: number | undefined, above: number, share: number): number {
  return Math.round((below ?? 0) * (1 - share) + above * share);
}

interface Ink {
  draw(segment: Segment, pen: number, within: Box): void;
  /** Gives pixels that were touched, with how much of each is covered, and forgets them; whether some are left. */
  empty(use: (index: number, share: number) => void, most: number): boolean;
}

/** Coverage of what is drawn together: where lines meet, a pixel is covered once. */
function createInk(width: number, height: number): Ink {
  const covered = new Uint8Array(width * height);
  let touched: number[] = [];
  let settled = 0;
  const cover = (index: number, share: number) => {
    const amount = Math.round(share * 255);
    const before = covered[index] ?? 0;
    if (amount <= before) return;
    if (before === 0) touched.push(index);
    covered[index] = amount;
  };
  return {
    draw(segment, pen, within) {
      coverSegment(segment, { pen, within }, (x, y, share) => cover(y * width + x, share));
    },
    empty(use, most) {
      const until = Math.min(touched.length, settled + most);
      for (; settled < until; settled += 1) {
        const index = touched[settled] ?? 0;
        use(index, (covered[index] ?? 0) / 255);
        covered[index] = 0;
      }
      if (settled < touched.length) return true;
      [touched, settled] = [[], 0];
      return false;
    },
  };
}

interface Pen {
  readonly pen: number;
  readonly within: Box;
}

type Cover = (x: number, y: number, share: number) => void;

/** Pixels near a line, covered by as much as the pen reaches over their middle. */
function coverSegment([start, end]: Segment, { pen, within }: Pen, cover: Cover): void {
  const reach = pen / 2 + 0.5;
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const squared = dx * dx + dy * dy;
  const top = Math.max(within.y, Math.floor(Math.min(start.y, end.y) - reach));
  const bottom = Math.min(within.y + within.height - 1, Math.ceil(Math.max(start.y, end.y) + reach));
  for (let y = Math.ceil(top); y <= bottom; y += 1) {
    const [left, right] = columnsNear([start, end], { y: y + 0.5, reach });
    const last = Math.min(within.x + within.width - 1, Math.ceil(right));
    for (let x = Math.max(Math.ceil(within.x), Math.floor(left)); x <= last; x += 1) {
      const [px, py] = [x + 0.5 - start.x, y + 0.5 - start.y];
      const along = squared === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / squared));
      const [aside, ahead] = [px - along * dx, py - along * dy];
      const share = reach - Math.sqrt(aside * aside + ahead * ahead);
      if (share > 0) cover(x, y, Math.min(1, share));
    }
  }
}

/** The columns in which a row can be within reach of a line. */
function columnsNear(
  [start, end]: Segment,
  { y, reach }: { y: number; reach: number },
): [left: number, right: number] {
  const [least, most] = [Math.min(start.x, end.x) - reach, Math.max(start.x, end.x) + reach];
  const dy = end.y - start.y;
  if (Math.abs(dy) < 1e-6) return [least, most];
  const slope = (end.x - start.x) / dy;
  const middle = start.x + (y - start.y) * slope;
  const half = reach * Math.hypot(1, slope) + 1;
  return [Math.max(least, middle - half), Math.min(most, middle + half)];
}
