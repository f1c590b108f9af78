// Makes the blocks of a coarser resolution from those of the finer one, series by series.
import { encodeChunk, type Points } from "../../formats/chunk/chunk.ts";
import { reasonOf, systemCode } from "../../kernel/errors.ts";
import { type Block, type BlockSeries, DamagedBlock, scanBlock } from "./block.ts";
import { BlockWriter } from "./block-writer.ts";
import { Buckets, type PlacedPoints, summaryColumns } from "./buckets.ts";
import type { Heads } from "./heads.ts";
import { spanStart } from "./resolution.ts";
import { merged } from "./series-points.ts";
import type { Shelf } from "./shelf.ts";
import type { Slices } from "./slices.ts";

/** After the end of a span, and of the finer span after it, late points are waited for this long. */
const patienceMs = 3_600_000;

/** A coarser shelf and the finer one that it is made of. */
export interface Step {
  readonly finer: Shelf;
  readonly coarser: Shelf;
}

/** Starts of the coarser spans of which finer blocks hold a part and that are not made yet, oldest first. */
export function missingSpans({ finer, coarser }: Step, settledMs: number): number[] {
  const { spanMs, keepMs } = coarser.resolution;
  const made = new Set(coarser.blocks.map(({ startMs }) => startMs));
  const missing = new Set<number>();
  for (const block of finer.blocks) {
    const first = spanStart(coarser.resolution, block.startMs);
    for (let startMs = first; startMs < block.endMs; startMs += spanMs) {
      if (!made.has(startMs) && startMs + spanMs + keepMs > settledMs) missing.add(startMs);
    }
  }
  return [...missing].sort((one, other) => one - other);
}

/**
 * Those of the missing spans that are over, with nothing still to come: no point, and no block that the step before this
 * one has not made yet.
 */
export function dueSpans(step: Step, heads: Heads, settledMs: number, before?: Step): number[] {
  const { spanMs } = step.coarser.resolution;
  const waitMs = spanMs + step.finer.resolution.spanMs + patienceMs;
  const isOpen = (startMs: number) =>
    heads.all.some((head) => head.startMs < startMs + spanMs && head.startMs >= startMs);
  const unmade = before === undefined ? [] : missingSpans(before, settledMs);
  const isWhole = (startMs: number) =>
    !isOpen(startMs) && !unmade.some((one) => one >= startMs && one < startMs + spanMs);
  return missingSpans(step, settledMs).filter((startMs) => startMs + waitMs <= settledMs && isWhole(startMs));
}

/** Makes the coarser block that starts here. Rejects when it cannot be written; a damaged finer block is set aside. */
export async function rollUp({ finer, coarser }: Step, startMs: number, slices: Slices): Promise<void> {
  const part = coarser.freePart(startMs);
  const path = coarser.pathOf(startMs, part, "block");
  const { everyMs, spanMs } = coarser.resolution;
  const span = { columns: summaryColumns, everyMs, spanMs, startMs };
  const writer = await BlockWriter.create(path, span, coarser.disk);
  const cursors: Cursor[] = [];
  try {
    for (const block of finer.overlapping(startMs, startMs + spanMs))
      cursors.push(await cursorOn(finer, block));
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

export interface BlockPoints {
  readonly block: { readonly startMs: number; readonly everyMs: number };
  readonly points: Points;
}

/** Pieces, those of one span in the order of their parts, as points in the order of time: parts of one span become one. */
export function mergeParts(pieces: readonly BlockPoints[]): PlacedPoints[] {
  const spans = new Map<string, { originMs: number; everyMs: number; parts: Points[] }>();
  for (const { block, points } of pieces) {
    const { startMs: originMs, everyMs } = block;
    const name = `${originMs}:${everyMs}`;
    const span = spans.get(name) ?? { originMs, everyMs, parts: [] };
    span.parts.push(points);
    spans.set(name, span);
  }
  return Array.from(spans.values(), ({ parts, ...of }) => ({ ...merged(parts), ...of })).sort(
    (one, other) => one.originMs - other.originMs,
  );
}
