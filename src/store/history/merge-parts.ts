// Points of one series from several blocks and heads, put together.
import type { Points } from "../../formats/chunk/chunk.ts";
import type { PlacedPoints } from "./buckets.ts";
import { merged } from "./series-points.ts";

export interface BlockPoints {
  readonly block: { readonly startMs: number; readonly everyMs: number };
  readonly points: Points;
}

/**
 * Pieces, those of one span in the order of their parts, as points in the order of time. Values of one span become one
 * piece, in which the later of two in a slot counts; rolled-up points stay what they are, since they are counted together.
 */
export function mergeParts(pieces: readonly BlockPoints[]): PlacedPoints[] {
  const spans = new Map<string, { originMs: number; everyMs: number; parts: Points[] }>();
  pieces.forEach(({ block, points }, place) => {
    const { startMs: originMs, everyMs } = block;
    const isRolledUp = points.columns.length > 1;
    const name = isRolledUp ? `${place}` : `${originMs}:${everyMs}`;
    const span = spans.get(name) ?? { originMs, everyMs, parts: [] };
    span.parts.push(points);
    spans.set(name, span);
  });
  return Array.from(spans.values(), ({ parts, ...of }) => ({ ...merged(parts), ...of })).sort(
    (one, other) => one.originMs - other.originMs,
  );
}
