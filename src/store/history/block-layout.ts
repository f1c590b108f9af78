// The layout of a block: an immutable file with the points of all series in one span.
import { constants, crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { ByteReader } from "../../formats/bytes/byte-reader.ts";
import { ByteWriter } from "../../formats/bytes/byte-writer.ts";

/*
 * Little endian:
 *   head       signature, u8 version, u8 columns, u16 number of sources, four bytes of zero, f64 width of a slot (ms),
 *              f64 start (ms), f64 span (ms)
 *   sources    of each finer block whose points are in this one: f64 width of a slot (ms), f64 start (ms), u32 part
 *   groups     the chunks of up to 32 series in the order of their keys, then their page, deflated:
 *              key, size and CRC-32 of each chunk
 *   directory  deflated: of each group the first key, where it begins, size of its chunks, of its page, of the page
 *              before it was deflated, and the page's CRC-32
 *   foot       f64 where the directory begins, u32 its size, u32 its size before it was deflated, u32 its CRC-32,
 *              u32 series, f64 points, u32 CRC-32 of the head, the sources and the foot up to here, signature
 * Version 1 had no sources: what is rolled up in it is every finer block of version 1 within its span.
 * The directory alone stays in memory; a query reads one group.
 */
const signature = Buffer.from("YAGURA-H");
const version = 2;
export const headBytes = 40;
export const footBytes = 44;
const sourceBytes = 20;
export const sourcesAtMost = 0xffff;
export const seriesPerGroup = 32;
/** No page or directory is larger; what says so is damaged. */
const plainLimitBytes = 256 * 1024 * 1024;

/** A finer block whose points are in a coarser one. */
export interface BlockSource {
  readonly everyMs: number;
  readonly startMs: number;
  readonly part: number;
}

export interface BlockSpan {
  readonly columns: number;
  readonly everyMs: number;
  readonly startMs: number;
  readonly spanMs: number;
  readonly sources: readonly BlockSource[];
}

export interface BlockFoot {
  readonly directoryAt: number;
  readonly directoryBytes: number;
  readonly directoryPlainBytes: number;
  readonly directorySum: number;
  readonly series: number;
  readonly points: number;
}

export interface Entry {
  readonly key: string;
  readonly sizeBytes: number;
  readonly sum: number;
}

export interface Group {
  readonly firstKey: string;
  readonly at: number;
  readonly chunkBytes: number;
  readonly pageBytes: number;
  readonly pagePlainBytes: number;
  readonly pageSum: number;
}

export interface Deflated {
  readonly bytes: Buffer;
  readonly plainBytes: number;
  readonly sum: number;
}

/** The head with the sources. */
export function encodeHead({ columns, everyMs, startMs, spanMs, sources }: BlockSpan): Buffer {
  const head = Buffer.alloc(headBytes + sources.length * sourceBytes);
  signature.copy(head);
  head[8] = version;
  head[9] = columns;
  head.writeUInt16LE(sources.length, 10);
  head.writeDoubleLE(everyMs, 16);
  head.writeDoubleLE(startMs, 24);
  head.writeDoubleLE(spanMs, 32);
  sources.forEach((source, place) => {
    const at = headBytes + place * sourceBytes;
    head.writeDoubleLE(source.everyMs, at);
    head.writeDoubleLE(source.startMs, at + 8);
    head.writeUInt32LE(source.part, at + 16);
  });
  return head;
}

/** How many bytes of sources stand behind a head. */
export function sourcesBytes(head: Buffer): number {
  return head.length < headBytes ? 0 : head.readUInt16LE(10) * sourceBytes;
}

export function encodeFoot(head: Buffer, foot: BlockFoot): Buffer {
  const bytes = Buffer.alloc(footBytes);
  bytes.writeDoubleLE(foot.directoryAt, 0);
  bytes.writeUInt32LE(foot.directoryBytes, 8);
  bytes.writeUInt32LE(foot.directoryPlainBytes, 12);
  bytes.writeUInt32LE(foot.directorySum, 16);
  bytes.writeUInt32LE(foot.series, 20);
  bytes.writeDoubleLE(foot.points, 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, 32), crc32(head)), 32);
  signature.copy(bytes, 36);
  return bytes;
}

/** What the first bytes of a block, with its sources, and the last ones say. */
export function decodeEnds(
  head: Buffer,
  foot: Buffer,
): (BlockSpan & BlockFoot & { readonly version: number }) | "damaged" | "newer" {
  if (head.length < headBytes || !head.subarray(0, 8).equals(signature)) return "damaged";
  if ((head[8] ?? 0) > version) return "newer";
  if (foot.length < footBytes || crc32(foot.subarray(0, 32), crc32(head)) !== foot.readUInt32LE(32))
    return "damaged";
  return {
    version: head[8] ?? 0,
    columns: head[9] ?? 0,
    everyMs: head.readDoubleLE(16),
    startMs: head.readDoubleLE(24),
    spanMs: head.readDoubleLE(32),
    sources: sourcesIn(head),
    directoryAt: foot.readDoubleLE(0),
    directoryBytes: foot.readUInt32LE(8),
    directoryPlainBytes: foot.readUInt32LE(12),
    directorySum: foot.readUInt32LE(16),
    series: foot.readUInt32LE(20),
    points: foot.readDoubleLE(24),
  };
}

function sourcesIn(head: Buffer): BlockSource[] {
  const sources: BlockSource[] = [];
  for (let at = headBytes; at + sourceBytes <= head.length; at += sourceBytes)
    sources.push({
      everyMs: head.readDoubleLE(at),
      startMs: head.readDoubleLE(at + 8),
      part: head.readUInt32LE(at + 16),
    });
  return sources;
}

const writer = new ByteWriter();

export function encodePage(entries: readonly Entry[]): Deflated {
  writer.clear();
  for (const { key, sizeBytes, sum } of entries) {
    writer.text(key);
    writer.varint(sizeBytes);
    writer.varint(sum);
  }
  return deflated();
}

export function encodeDirectory(groups: readonly Group[]): Deflated {
  writer.clear();
  for (const { firstKey, at, chunkBytes, pageBytes, pagePlainBytes, pageSum } of groups) {
    writer.text(firstKey);
    for (const number of [at, chunkBytes, pageBytes, pagePlainBytes, pageSum]) writer.varint(number);
  }
  return deflated();
}

/** Undefined when it is damaged. */
export function decodePage(bytes: Buffer, { pagePlainBytes, pageSum }: Group): Entry[] | undefined {
  return inflated(bytes, { plainBytes: pagePlainBytes, sum: pageSum }, (reader) => ({
    key: reader.text(),
    sizeBytes: reader.varint(),
    sum: reader.varint(),
  }));
}

/** Undefined when it is damaged. */
export function decodeDirectory(bytes: Buffer, foot: BlockFoot): Group[] | undefined {
  const { directoryPlainBytes: plainBytes, directorySum: sum } = foot;
  return inflated(bytes, { plainBytes, sum }, (reader) => ({
    firstKey: reader.text(),
    at: reader.varint(),
    chunkBytes: reader.varint(),
    pageBytes: reader.varint(),
    pagePlainBytes: reader.varint(),
    pageSum: reader.varint(),
  }));
}

function deflated(): Deflated {
  const plainBytes = writer.length;
  const bytes = deflateRawSync(writer.bytes, { level: constants.Z_DEFAULT_COMPRESSION });
  return { bytes, plainBytes, sum: crc32(bytes) };
}

function inflated<Row>(
  bytes: Buffer,
  { plainBytes, sum }: { plainBytes: number; sum: number },
  read: (reader: ByteReader) => Row,
): Row[] | undefined {
  if (plainBytes > plainLimitBytes || crc32(bytes) !== sum) return undefined;
  const rows: Row[] = [];
  try {
    const reader = new ByteReader(inflateRawSync(bytes, { maxOutputLength: Math.max(1, plainBytes) }));
    while (reader.left > 0) rows.push(read(reader));
  } catch {
    return undefined;
  }
  return rows;
}
