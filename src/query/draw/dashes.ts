// Lines as they are seen: without what is outside of a box, and in dashes.
import type { Box, Point, Stroke } from "./surface.ts";

export type Segment = readonly [start: Point, end: Point];

/** Dashes of one line: where there would be more, they are longer. */
const dashLimit = 20_000;

/** The part of each piece of a line that is no farther than `margin` from the box. */
function segmentsWithin(line: readonly Point[], box: Box, margin: number): Segment[] {
  const segments: Segment[] = [];
  for (const [place, start] of line.entries()) {
    const end = line[place + 1] ?? (line.length === 1 ? start : undefined);
    const seen = end === undefined ? undefined : clipped([start, end], box, margin);
    if (seen !== undefined) segments.push(seen);
  }
  return segments;
}

/** After Liang and Barsky: how far along the line each side of the box is passed. */
function clipped([start, end]: Segment, box: Box, margin: number): Segment | undefined {
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  if (!Number.isFinite(dx) || !Number.isFinite(dy)) return undefined;
  const sides = [
    [-dx, start.x - (box.x - margin)],
    [dx, box.x + box.width + margin - start.x],
    [-dy, start.y - (box.y - margin)],
    [dy, box.y + box.height + margin - start.y],
  ] as const;
  if (sides.some(([speed, distance]) => speed === 0 && distance < 0)) return undefined;
  const from = Math.max(0, ...sides.map(([speed, distance]) => (speed < 0 ? distance / speed : 0)));
  const until = Math.min(1, ...sides.map(([speed, distance]) => (speed > 0 ? distance / speed : 1)));
  if (from > until) return undefined;
  const at = (share: number): Point => ({ x: start.x + dx * share, y: start.y + dy * share });
  return [from === 0 ? start : at(from), until === 1 ? end : at(until)];
}

/** All of the lines that is seen, piece by piece. */
export function* strokesOf(
  lines: readonly (readonly Point[])[],
  { dash, width }: Pick<Stroke, "dash" | "width">,
  box: Box,
): Generator<Segment> {
  for (const line of lines) {
    const segments = segmentsWithin(line, box, width + 1);
    yield* dash === undefined ? segments : dashed(segments, dash);
  }
}

/** Dashes along the segments, as long as the gaps between them. */
function* dashed(segments: readonly Segment[], length: number): Generator<Segment> {
  let total = 0;
  for (const segment of segments) total += lengthOf(segment);
  const dash = Math.max(1, length, total / dashLimit / 2);
  let [isDrawn, left] = [true, dash];
  for (const segment of segments) {
    let start = segment[0];
    let rest = lengthOf(segment);
    while (rest >= left) {
      const turn = onTheWay([start, segment[1]], left / rest);
      if (isDrawn) yield [start, turn];
      rest -= left;
      [isDrawn, left, start] = [!isDrawn, dash, turn];
    }
    if (isDrawn && rest > 0) yield [start, segment[1]];
    left -= rest;
  }
}

function lengthOf([start, end]: Segment): number {
  return Math.hypot(end.x - start.x, end.y - start.y);
}

function onTheWay([start, end]: Segment, share: number): Point {
  return { x: start.x + (end.x - start.x) * share, y: start.y + (end.y - start.y) * share };
}
