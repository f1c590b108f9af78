// Which finer blocks have become part of coarser ones: each coarser block tells of which it was made.
import type { Block } from "./block.ts";
import type { Shelf } from "./shelf.ts";

/** True where one of these coarser shelves has the points of this block. */
export function isRolledUp(block: Block, coarser: readonly Shelf[]): boolean {
  return coarser.some((shelf) => shelf.isMadeOf(block));
}

/** Numbers of parts that coarser blocks know stay taken: a further block with one of them would seem to be in them. */
export function keepPartsTaken(shelves: readonly Shelf[]): void {
  for (const { blocks } of shelves)
    for (const { sources } of blocks)
      for (const { everyMs, startMs, part } of sources)
        shelves.find(({ resolution }) => resolution.everyMs === everyMs)?.keepTaken(startMs, part);
}
