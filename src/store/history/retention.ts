// What goes: blocks that are too old and rolled up, and the oldest of the finest when there are too many bytes.

import { missingSpans, stepsOf } from "./roll-up.ts";
import type { Shelf } from "./shelf.ts";
import type { Tallies } from "./tallies.ts";

/** Deletes blocks that are older than their resolution keeps them and that no coarser one still needs. */
export async function expireByAge(
  shelves: readonly Shelf[],
  settledMs: number,
  tallies: Tallies,
): Promise<void> {
  const steps = stepsOf(shelves);
  for (const [level, shelf] of shelves.entries()) {
    const step = steps[level];
    const needed = new Set(step && [...missingSpans(step, settledMs).values()].flat());
    for (const block of [...shelf.blocks]) {
      if (needed.has(block) || block.endMs + shelf.resolution.keepMs > settledMs) continue;
      await shelf.remove(block);
      tallies.dropped("age");
    }
  }
}

/**
 * Deletes blocks until the rest fits: the oldest one of the resolution that is farthest above its equal share, so that
 * years of coarse points cannot crowd out today's fine ones, nor the other way round.
 */
export async function expireBySize(
  shelves: readonly Shelf[],
  limitBytes: number,
  tallies: Tallies,
): Promise<void> {
  while (sizeOf(shelves) > limitBytes) {
    const [largest] = [...shelves].sort((one, other) => sizeOf([other]) - sizeOf([one]));
    const oldest = largest?.blocks[0];
    if (largest === undefined || oldest === undefined) return;
    await largest.remove(oldest);
    tallies.dropped("size");
  }
}

export function sizeOf(shelves: readonly Shelf[]): number {
  let sum = 0;
  for (const { blocks } of shelves) for (const { sizeBytes } of blocks) sum += sizeBytes;
  return sum;
}
