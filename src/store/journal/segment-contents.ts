// What lies in one segment, by origin: asked before it goes, so that only what somebody wanted counts as lost.
import { setImmediate as breathe } from "node:timers/promises";
import type { Origin } from "../../metric/metric.ts";
import type { Segment } from "./segment-file.ts";
import { SegmentScanner } from "./segment-scanner.ts";

/** Metrics of one origin that stand behind each other, counted as places are. */
export interface Extent {
  readonly origin: Origin;
  readonly fromMetric: number;
  readonly toMetric: number;
}

export interface SegmentContents {
  readonly extents: readonly Extent[];
  /** False when a part could not be read: what was in there is not known. */
  readonly isWhole: boolean;
}

/** Reads the segment frame by frame. Never rejects: what cannot be read is missing. */
export async function contentsOf(segment: Segment): Promise<SegmentContents> {
  let isWhole = true;
  const scanner = new SegmentScanner({
    segments: () => [segment],
    onDamage: () => {
      isWhole = false;
    },
  });
  const extents: Extent[] = [];
  try {
    for (let placed = await scanner.next(); placed !== undefined; placed = await scanner.next()) {
      for (const { batch, next } of placed)
        add(extents, {
          origin: batch.origin,
          fromMetric: next.metric - batch.metrics.length,
          toMetric: next.metric,
        });
      await breathe();
    }
  } catch {
    isWhole = false;
  }
  return { extents, isWhole };
}

/** Alike neighbours are one: a segment of one origin takes no more memory than its frames. */
function add(extents: Extent[], fresh: Extent): void {
  const last = extents.at(-1);
  if (last?.origin === fresh.origin && last.toMetric === fresh.fromMetric)
    extents[extents.length - 1] = { ...last, toMetric: fresh.toMetric };
  else extents.push(fresh);
}
