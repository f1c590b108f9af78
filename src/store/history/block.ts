// A block on disk: what its ends say, and how its directory, its keys and its series are read.
import { stat } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { decodeChunk, type Points } from "../../formats/chunk/chunk.ts";
import {
  type BlockFoot,
  type BlockSpan,
  decodeDirectory,
  decodeEnds,
  decodePage,
  type Entry,
  footBytes,
  type Group,
  headBytes,
  sourcesBytes,
} from "./block-layout.ts";
import type { OpenFiles } from "./open-files.ts";

export interface Block extends BlockSpan, BlockFoot {
  readonly path: string;
  readonly version: number;
  readonly part: number;
  readonly sizeBytes: number;
  readonly endMs: number;
  /** Bytes of the file. */
  read(at: number, sizeBytes: number): Promise<Buffer>;
}

/** The file cannot be what it says. */
export class DamagedBlock extends Error {
  override readonly name = "DamagedBlock";
  readonly block: Block;

  constructor(block: Block, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.block = block;
  }
}

/** What the ends of the file say; `damaged` and `newer` when it is no block that can be read. */
export async function findBlock(
  path: string,
  part: number,
  files: OpenFiles,
): Promise<Block | "damaged" | "newer"> {
  const { size } = await stat(path);
  const read = (at: number, sizeBytes: number) => files.read(path, at, sizeBytes);
  const start = await read(0, headBytes);
  const head = Buffer.concat([start, await read(headBytes, Math.min(size, sourcesBytes(start)))]);
  const ends = decodeEnds(head, await read(Math.max(0, size - footBytes), footBytes));
  if (typeof ends === "string") return ends;
  if (ends.directoryAt + ends.directoryBytes + footBytes !== size) return "damaged";
  return { ...ends, path, part, sizeBytes: size, endMs: ends.startMs + ends.spanMs, read };
}

/** Blocks of this version told no sources: a coarser one stood for its whole time. */
const versionWithoutSources = 1;

/** Whether a coarser block has the points of this finer one. */
export function isMadeOf(whole: Block, part: Block): boolean {
  if (whole.version > versionWithoutSources) {
    return whole.sources.some(
      ({ everyMs, startMs, part: number }) =>
        startMs === part.startMs && number === part.part && everyMs === part.everyMs,
    );
  }
  const { version, everyMs, startMs, endMs } = part;
  return (
    version === versionWithoutSources &&
    everyMs < whole.everyMs &&
    startMs >= whole.startMs &&
    endMs <= whole.endMs
  );
}

/** One series of a block: its points, or undefined where its bytes are damaged. */
export interface BlockSeries {
  readonly key: string;
  readonly points: Points | undefined;
}

/** A block's directory. Throws DamagedBlock. */
export async function readDirectory(block: Block): Promise<Group[]> {
  const groups = decodeDirectory(await block.read(block.directoryAt, block.directoryBytes), block);
  if (groups === undefined) throw new DamagedBlock(block, "its directory is damaged");
  return groups;
}

/** The series of a key; undefined when the block has none. Throws DamagedBlock. */
export async function readSeries(
  block: Block,
  groups: readonly Group[],
  key: string,
): Promise<BlockSeries | undefined> {
  const group = groups[lastUpTo(groups, key)];
  if (group === undefined) return undefined;
  const bytes = await readGroup(block, group);
  for (const entry of entriesOf(block, bytes, group)) {
    if (entry.key === key) return seriesAt(bytes, entry, block.columns);
  }
  return undefined;
}

/** Keys of one group, in order. Throws DamagedBlock. */
export async function readKeys(block: Block, group: Group): Promise<string[]> {
  const page = await block.read(group.at + group.chunkBytes, group.pageBytes);
  const entries = decodePage(page, group);
  if (entries === undefined) throw new DamagedBlock(block, "a page is damaged");
  return entries.map(({ key }) => key);
}

/** All series in the order of their keys, a group in memory at a time. Throws DamagedBlock. */
export async function* scanBlock(block: Block, groups: readonly Group[]): AsyncGenerator<BlockSeries> {
  for (const group of groups) {
    const bytes = await readGroup(block, group);
    for (const entry of entriesOf(block, bytes, group)) yield seriesAt(bytes, entry, block.columns);
  }
}

/** The last group whose first key is not above this one; -1 when there is none. */
export function lastUpTo(groups: readonly Group[], key: string): number {
  let low = 0;
  let high = groups.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((groups[middle] as Group).firstKey <= key) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

interface PlacedEntry extends Entry {
  readonly at: number;
}

function* entriesOf(block: Block, bytes: Buffer, group: Group): Generator<PlacedEntry> {
  const entries = decodePage(bytes.subarray(group.chunkBytes), group);
  if (entries === undefined) throw new DamagedBlock(block, "a page is damaged");
  let at = 0;
  for (const entry of entries) {
    yield { ...entry, at };
    at += entry.sizeBytes;
  }
}

function seriesAt(bytes: Buffer, { key, at, sizeBytes, sum }: PlacedEntry, columns: number): BlockSeries {
  const chunk = bytes.subarray(at, at + sizeBytes);
  return { key, points: crc32(chunk) === sum ? decodeChunk(chunk, columns) : undefined };
}

async function readGroup(block: Block, group: Group): Promise<Buffer> {
  return await block.read(group.at, group.chunkBytes + group.pageBytes);
}
