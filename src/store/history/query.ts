// Answers for one series: which resolution, which blocks and heads, and the buckets made of them.
import { AgentError } from "../../kernel/errors.ts";
import type { AggregationOf } from "./aggregation.ts";
import { type Block, readSeries } from "./block.ts";
import { type Aggregate, Buckets } from "./buckets.ts";
import type { Heads } from "./heads.ts";
import { type BlockPoints, mergeParts } from "./merge-parts.ts";
import type { Resolution } from "./resolution.ts";
import { isRolledUp } from "./rolled-up.ts";
import type { Shelf } from "./shelf.ts";

/** Points of one answer. */
const pointLimit = 20_000;
/** Files that are read at the same time. */
const atOnce = 4;

export interface HistoryRequest {
  /** As `seriesKey` writes it. */
  readonly key: string;
  /** Milliseconds since 1970; buckets from the one that holds `fromMs` to before `toMs`. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Width of a bucket; that of the resolution when absent or finer. */
  readonly stepMs?: number;
  /** What the series' name says when absent. */
  readonly aggregate?: Aggregate;
}

/** A value for each bucket from `firstMs` on, `stepMs` apart; NaN where there was no point. */
export interface HistoryGrid {
  readonly resolutionMs: number;
  readonly stepMs: number;
  readonly firstMs: number;
  readonly values: Float64Array;
  /** How the values of a bucket were put together. */
  readonly aggregate: Aggregate;
}

export interface HistoryAnswer {
  readonly resolutionMs: number;
  readonly stepMs: number;
  readonly aggregate: Aggregate;
  /** In the order of time; buckets without a point are left out. */
  readonly points: { timeMs: number; value: number }[];
}

export interface Archive {
  /** The finest first. */
  readonly shelves: readonly Shelf[];
  readonly heads: Heads;
  readonly aggregationOf: AggregationOf;
}

/** The points of a grid that are there. */
export function pointsOf({ resolutionMs, stepMs, firstMs, values, aggregate }: HistoryGrid): HistoryAnswer {
  const points: HistoryAnswer["points"] = [];
  values.forEach((value, at) => {
    if (!Number.isNaN(value)) points.push({ timeMs: firstMs + at * stepMs, value });
  });
  return { resolutionMs, stepMs, aggregate, points };
}

/** Used from its beginning to its end without a pause: one serves all. */
const buckets = new Buckets();

/** Rejects with `body.invalid` when the times are none or ask for more than 20,000 points. */
export async function answer(archive: Archive, request: HistoryRequest, nowMs: number): Promise<HistoryGrid> {
  const { key, fromMs, toMs, aggregate = archive.aggregationOf(key) } = request;
  const { level, stepMs } = chooseLevel(archive.shelves, request, nowMs);
  const shelf = archive.shelves[level];
  if (shelf === undefined) throw new Error("no such level");
  const firstMs = Math.floor(fromMs / stepMs) * stepMs;
  const pieces = await readPieces(
    archive,
    key,
    sourcesFor(archive.shelves, level, { fromMs: firstMs, toMs }),
  );
  const count = Math.ceil((toMs - firstMs) / stepMs);
  buckets.begin(firstMs, stepMs, { count, only: aggregate });
  for (const points of mergeParts(pieces)) buckets.add(points);
  const { everyMs: resolutionMs } = shelf.resolution;
  return { resolutionMs, stepMs, firstMs, aggregate, values: buckets.toGrid(aggregate) };
}

interface Choice {
  readonly level: number;
  readonly stepMs: number;
}

function chooseLevel(shelves: readonly Shelf[], request: HistoryRequest, nowMs: number): Choice {
  const { fromMs, toMs, stepMs } = request;
  if (!Number.isSafeInteger(fromMs) || !Number.isSafeInteger(toMs) || toMs <= fromMs) {
    throw new AgentError("body.invalid", { reason: "the end of the time asked for is not after its start" });
  }
  if (stepMs !== undefined && (!Number.isSafeInteger(stepMs) || stepMs < 1)) {
    throw new AgentError("body.invalid", { reason: "the step is no time of at least 1 ms" });
  }
  const resolutions = shelves.map(({ resolution }) => resolution);
  const level = levelFor(resolutions, request, nowMs - fromMs);
  const width = Math.max(stepMs ?? 1, resolutions[level]?.everyMs ?? 1);
  const count = Math.ceil((toMs - fromMs) / width);
  if (count <= pointLimit) return { level, stepMs: width };
  const reason = `${count} points are asked for, more than ${pointLimit}; ask for less time or a larger step`;
  throw new AgentError("body.invalid", { reason });
}

/** The coarsest that a step allows; without one the finest. Either way it has to reach back far enough. */
function levelFor(resolutions: readonly Resolution[], request: HistoryRequest, ageMs: number): number {
  const { fromMs, toMs, stepMs } = request;
  const last = resolutions.length - 1;
  // One point more: a request for a whole day comes a moment after its beginning was a day ago.
  const reaching = resolutions.findIndex(({ keepMs, everyMs }) => keepMs + everyMs >= ageMs);
  const least = reaching < 0 ? last : reaching;
  if (stepMs !== undefined) {
    return Math.max(
      least,
      resolutions.findLastIndex(({ everyMs }) => everyMs <= stepMs),
    );
  }
  const fitting = resolutions.findIndex(
    ({ everyMs }, level) => level >= least && (toMs - fromMs) / everyMs <= pointLimit,
  );
  return fitting < 0 ? last : fitting;
}

interface Time {
  readonly fromMs: number;
  readonly toMs: number;
}

interface Source {
  readonly shelf: Shelf;
  readonly block: Block;
}

/** Blocks of a resolution, and those of the finer ones that are not in them. */
function sourcesFor(shelves: readonly Shelf[], level: number, { fromMs, toMs }: Time): Source[] {
  if (fromMs >= toMs) return [];
  const used = shelves.slice(0, level + 1);
  return used.flatMap((shelf, place) => {
    const coarser = used.slice(place + 1);
    return shelf
      .overlapping(fromMs, toMs)
      .filter((block) => !isRolledUp(block, coarser))
      .map((block) => ({ shelf, block }));
  });
}

async function readPieces(
  { shelves, heads }: Archive,
  key: string,
  sources: Source[],
): Promise<BlockPoints[]> {
  const everyMs = shelves[0]?.resolution.everyMs ?? 1;
  // Looked at before anything is waited for: a head that becomes a block meanwhile must not be missed.
  const inHeads = heads.all.flatMap((head) => {
    const points = head.pointsOf(key);
    return points === undefined ? [] : [{ block: { startMs: head.startMs, everyMs }, points }];
  });
  const inBlocks = await inGroups(sources, async ({ shelf, block }) => {
    const read = async () => await readSeries(block, await shelf.directoryOf(block), key);
    const found = await shelf.reading(block, read);
    if (found === undefined) return undefined;
    if (found.points === undefined) shelf.chunkDamaged(block, key);
    return found.points === undefined ? undefined : { block, points: found.points };
  });
  return [...inBlocks.filter((piece) => piece !== undefined), ...inHeads];
}

async function inGroups<Item, Result>(
  items: readonly Item[],
  use: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let place = 0; place < items.length; place += atOnce) {
    results.push(...(await Promise.all(items.slice(place, place + atOnce).map(use))));
  }
  return results;
}
