// Which series there are: those in memory and in the newest blocks.
import { type Block, lastUpTo, readKeys } from "./block.ts";
import type { Archive } from "./query.ts";
import type { Shelf } from "./shelf.ts";

export interface SeriesMatch {
  /** Beginning of the key. */
  readonly prefix?: string;
  /** Keys at most, the first in order; 10,000 when absent. */
  readonly limit?: number;
}

/** Blocks that are looked into, from the newest on. */
const recentBlocks = 2;

/** Keys that match, sorted. */
export async function knownSeries({ shelves, heads }: Archive, match: SeriesMatch = {}): Promise<string[]> {
  const { prefix = "", limit = 10_000 } = match;
  const keys = new Set<string>();
  for (const head of heads.all) for (const key of head.keys()) if (key.startsWith(prefix)) keys.add(key);
  const shelf = shelves.find(({ blocks }) => blocks.length > 0);
  for (const block of shelf?.blocks.slice(-recentBlocks) ?? []) {
    const found = await shelf?.reading(block, () => keysOf(shelf, block, { prefix, limit }));
    for (const key of found ?? []) keys.add(key);
  }
  return [...keys].sort().slice(0, limit);
}

async function keysOf(
  shelf: Shelf,
  block: Block,
  { prefix, limit }: Required<SeriesMatch>,
): Promise<string[]> {
  const groups = await shelf.directoryOf(block);
  const found: string[] = [];
  for (const group of groups.slice(Math.max(0, lastUpTo(groups, prefix)))) {
    if (found.length >= limit || (group.firstKey > prefix && !group.firstKey.startsWith(prefix))) break;
    for (const key of await readKeys(block, group)) if (key.startsWith(prefix)) found.push(key);
  }
  return found;
}
