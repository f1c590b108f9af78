// Makes the blocks of a coarser resolution from those of the finer one, series by series. What comes late to a span of
// which there is one already makes a further block of it: the points of both are counted together.
import { encodeChunk } from "../../formats/chunk/chunk.ts";
import { reasonOf, systemCode } from "../../kernel/errors.ts";
import { type Block, type BlockSeries, DamagedBlock, scanBlock } from "./block.ts";
import { type BlockSource, sourcesAtMost } from "./block-layout.ts";
import { BlockWriter } from "./block-writer.ts";
import { Buckets, type PlacedPoints, summaryColumns } from "./buckets.ts";
import type { Heads } from "./heads.ts";
import { type BlockPoints, mergeParts } from "./merge-parts.ts";
import { spanStart } from "./resolution.ts";
import { isRolledUp } from "./rolled-up.ts";
import type { Shelf } from "./shelf.ts";
import type { Slices } from "./slices.ts";

/** After the end of a span, and of the finer span after it, late points are waited for this long. */
const patienceMs = 3_600_000;

/** So many late blocks of a span are rolled up at once, or those that would have to go: each time makes a block. */
const lateTogether = 8;

/** A coarser shelf, the finer one that it is made of, and the shelves beyond the coarser one. */
export interface Step {
  readonly finer: Shelf;
  readonly coarser: Shelf;
  readonly beyond: readonly Shelf[];
}

/** The steps of all shelves, the finest first. */
export function stepsOf(shelves: readonly Shelf[]): Step[] {
  return shelves.slice(1).map((coarser, place) => ({
    finer: shelves[place] as Shelf,
    coarser,
    beyond: shelves.slice(place + 2),
  }));
}

/** Finer blocks that no coarser one has and some coarser resolution still keeps, by the coarser span, oldest first. */
export function missingSpans(step: Step, settledMs: number): Map<number, Block[]> {
  const { finer, coarser, beyond } = step;
  const { spanMs } = coarser.resolution;
  const { keepMs } = (beyond.at(-1) ?? coarser).resolution;
  const missing = new Map<number, Block[]>();
  for (const block of finer.blocks) {
    const startMs = spanStart(coarser.resolution, block.startMs);
    if (startMs + spanMs + keepMs <= settledMs || isRolledUp(block, [coarser, ...beyond])) continue;
    const known = missing.get(startMs);
    if (known === undefined) missing.set(startMs, [block]);
    else known.push(block);
  }
  return missing;
}

/**
 * Those of the missing spans that are over, with nothing still to come: no point, and no block that the step before this
 * one has not made yet. Of a span that was made before, those with enough blocks to be worth a further one.
 */
export function dueSpans(step: Step, heads: Heads, settledMs: number, before?: Step): Map<number, Block[]> {
  const { spanMs } = step.coarser.resolution;
  const waitMs = spanMs + step.finer.resolution.spanMs + patienceMs;
  const isOpen = (startMs: number) =>
    heads.all.some((head) => head.startMs < startMs + spanMs && head.startMs >= startMs);
  const unmade = before === undefined ? [] : [...missingSpans(before, settledMs).keys()];
  const isWhole = (startMs: number) =>
    !isOpen(startMs) && !unmade.some((one) => one >= startMs && one < startMs + spanMs);
  const made = new Set(step.coarser.blocks.map(({ startMs }) => startMs));
  const isEnough = (startMs: number, blocks: readonly Block[]) =>
    !made.has(startMs) ||
    blocks.length >= lateTogether ||
    blocks.some(({ endMs }) => endMs + step.finer.resolution.keepMs <= settledMs);
  return new Map(
    [...missingSpans(step, settledMs)].filter(
      ([startMs, blocks]) => startMs + waitMs <= settledMs && isWhole(startMs) && isEnough(startMs, blocks),
    ),
  );
}

/**
 * Makes a coarser block that starts here of these finer ones. Rejects when it cannot be written; a damaged finer block
 * is set aside.
 */
export async function rollUp(
  { finer, coarser }: Step,
  { startMs, blocks }: { readonly startMs: number; readonly blocks: readonly Block[] },
  slices: Slices,
): Promise<void> {
  const part = coarser.freePart(startMs);
  const path = coarser.pathOf(startMs, part, "block");
  const { everyMs, spanMs } = coarser.resolution;
  const taken = blocks.slice(0, sourcesAtMost);
  const span = { columns: summaryColumns, everyMs, spanMs, startMs, sources: sourcesOf(taken) };
  const writer = await BlockWriter.create(path, span, coarser.disk);
  const cursors: Cursor[] = [];
  try {
    for (const block of taken) cursors.push(await cursorOn(finer, block));
    const buckets = new Buckets().begin(startMs, everyMs, { count: spanMs / everyMs });
    for (let key = leastKey(cursors); key !== undefined; key = leastKey(cursors)) {
      buckets.clear();
      for (const points of await takeSeries(cursors, key)) buckets.add(points);
      const points = buckets.toPoints();
      await writer.add(key, encodeChunk(points), points.slots.length);
      await slices.pause();
    }
    await writer.finish();
    await coarser.add(path, part);
  } catch (thrown) {
    await writer.abandon();
    if (!(thrown instanceof DamagedBlock)) throw thrown;
    // Without the block it is tried again.
    await finer.unreadable(thrown.block, thrown.cause ?? thrown);
  } finally {
    for (const { series } of cursors) await series.return(undefined);
  }
}

interface Cursor {
  readonly shelf: Shelf;
  readonly block: Block;
  readonly series: AsyncGenerator<BlockSeries, void>;
  next: BlockSeries | undefined;
}

async function cursorOn(shelf: Shelf, block: Block): Promise<Cursor> {
  const series = readingOf(shelf, block);
  const cursor: Cursor = { shelf, block, series, next: undefined };
  await advance(cursor);
  return cursor;
}

async function* readingOf(shelf: Shelf, block: Block): AsyncGenerator<BlockSeries, void> {
  yield* scanBlock(block, await shelf.directoryOf(block));
}

async function advance(cursor: Cursor): Promise<void> {
  try {
    const { done, value } = await cursor.series.next();
    cursor.next = done === true ? undefined : value;
  } catch (cause) {
    // A disk that does not answer now may answer later: that is no damage, and nothing is made without the block.
    if (systemCode(cause) !== undefined) throw cause;
    // Told apart from what goes wrong when the new block is written.
    throw cause instanceof DamagedBlock ? cause : new DamagedBlock(cursor.block, reasonOf(cause), { cause });
  }
}

function leastKey(cursors: readonly Cursor[]): string | undefined {
  let least: string | undefined;
  for (const { next } of cursors) {
    if (next !== undefined && (least === undefined || next.key < least)) least = next.key;
  }
  return least;
}

/** The points of a series from all blocks that have it, in the order of time. */
async function takeSeries(cursors: readonly Cursor[], key: string): Promise<PlacedPoints[]> {
  const pieces: BlockPoints[] = [];
  for (const cursor of cursors) {
    if (cursor.next?.key !== key) continue;
    const { points } = cursor.next;
    if (points === undefined) cursor.shelf.chunkDamaged(cursor.block, key);
    else pieces.push({ block: cursor.block, points });
    await advance(cursor);
  }
  return mergeParts(pieces);
}

/** The blocks, and those that they were made of themselves: a block between may be gone before either. */
function sourcesOf(blocks: readonly Block[]): BlockSource[] {
  const all = blocks.flatMap(({ everyMs, startMs, part, sources }) => [
    { everyMs, startMs, part },
    ...sources,
  ]);
  return all.slice(0, sourcesAtMost);
}
