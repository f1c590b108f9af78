// A frame: a block with its checksum and its place in the journal, so that damage is found, skipped and counted.
import { constants, crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { ByteReader } from "../bytes/byte-reader.ts";
import { ByteWriter } from "../bytes/byte-writer.ts";
import {
  type ReadTexts,
  readBlock,
  readTexts,
  type StoredBatch,
  type WrittenTexts,
  writeBlock,
} from "./block.ts";
import type { Position } from "./position.ts";

/*
 * Layout, little endian:
 *   0  u32  magic
 *   4  u32  size of the payload
 *   8  u32  CRC-32 of all that follows, payload included
 *  12  u32  batches
 *  16  u32  records that its batches belong to
 *  20  u32  metrics
 *  24  u32  number of the first text that this frame defines
 *  28  u32  bytes of the payload before it was deflated; 0 when it was not
 *  32  f64  batches before this frame
 *  40  f64  number of the first batch's record
 *  48  f64  metrics before this frame
 *  56  f64  arrival of the last batch, milliseconds since 1970
 *  64       payload
 */
const magic = 0xa5594a46;
const headBytes = 64;
/** A frame holds what one commit wrote; anything larger is damage. */
export const frameLimitBytes = 64 * 1024 * 1024;
/** Below this, deflating gains nothing. */
const deflateFromBytes = 96;

export interface Frame {
  /** Place of the first batch; `record` is the number of its own record. */
  readonly first: Position;
  readonly batches: number;
  readonly records: number;
  readonly metrics: number;
  readonly newestMs: number;
  readonly firstText: number;
  readonly plainBytes: number;
  readonly payload: Buffer;
  /** Of the whole frame. */
  readonly sizeBytes: number;
}

const head = new ByteWriter();
const body = new ByteWriter();

/** The batches, at least one, as a frame. They lie in `records` records, of which the first is `first.record`. */
export function encodeFrame(
  batches: readonly StoredBatch[],
  { first, records }: { first: Position; records: number },
  texts: WrittenTexts,
): Buffer {
  head.clear();
  body.clear();
  const firstText = texts.size;
  writeBlock(batches, texts, { head, body });
  const plain = Buffer.concat([head.bytes, body.bytes]);
  const deflate = plain.length >= deflateFromBytes;
  const payload = deflate ? deflateRawSync(plain, { level: constants.Z_BEST_SPEED }) : plain;
  const frame = Buffer.allocUnsafe(headBytes + payload.length);
  frame.writeUInt32LE(magic, 0);
  frame.writeUInt32LE(payload.length, 4);
  frame.writeUInt32LE(batches.length, 12);
  frame.writeUInt32LE(records, 16);
  frame.writeUInt32LE(metricsIn(batches), 20);
  frame.writeUInt32LE(firstText, 24);
  frame.writeUInt32LE(deflate ? plain.length : 0, 28);
  frame.writeDoubleLE(first.batch, 32);
  frame.writeDoubleLE(first.record, 40);
  frame.writeDoubleLE(first.metric, 48);
  frame.writeDoubleLE(batches.at(-1)?.arrivedMs ?? 0, 56);
  payload.copy(frame, headBytes);
  frame.writeUInt32LE(crc32(frame.subarray(12)), 8);
  return frame;
}

function metricsIn(batches: readonly StoredBatch[]): number {
  return batches.reduce((sum, { metrics }) => sum + metrics.length, 0);
}

/** The batches of a frame, whose texts are taken in. Throws when they cannot be read: a text that was lost. */
export function decodeFrame(frame: Frame, texts: ReadTexts): StoredBatch[] {
  return readBlock(plainBytesOf(frame), texts, frame.firstText);
}

/** Only takes a frame's texts in. Throws as `decodeFrame` does. */
export function decodeTexts(frame: Frame, texts: ReadTexts): void {
  readTexts(plainBytesOf(frame), texts, frame.firstText);
}

function plainBytesOf({ payload, plainBytes }: Frame): ByteReader {
  const plain = plainBytes === 0 ? payload : inflateRawSync(payload, { maxOutputLength: plainBytes });
  return new ByteReader(plain);
}

/** The frame at this place of a segment; undefined when there is no whole and sound one. */
export function frameAt(segment: Buffer, place: number): Frame | undefined {
  if (place + headBytes > segment.length || segment.readUInt32LE(place) !== magic) return undefined;
  const size = segment.readUInt32LE(place + 4);
  const end = place + headBytes + size;
  if (size > frameLimitBytes || end > segment.length) return undefined;
  if (crc32(segment.subarray(place + 12, end)) !== segment.readUInt32LE(place + 8)) return undefined;
  const count = (at: number) => segment.readUInt32LE(place + at);
  const double = (at: number) => segment.readDoubleLE(place + at);
  return {
    first: { batch: double(32), record: double(40), metric: double(48) },
    batches: count(12),
    records: count(16),
    metrics: count(20),
    firstText: count(24),
    plainBytes: count(28),
    newestMs: double(56),
    payload: segment.subarray(place + headBytes, end),
    sizeBytes: headBytes + size,
  };
}

/** How many bytes `firstPlace` wants to see. */
export const frameHeadBytes = headBytes;

/** The place of a frame's first batch, from its head alone, unchecked; undefined when it is no frame's head. */
export function firstPlace(bytes: Buffer): Position | undefined {
  if (bytes.length < headBytes || bytes.readUInt32LE(0) !== magic) return undefined;
  return { batch: bytes.readDoubleLE(32), record: bytes.readDoubleLE(40), metric: bytes.readDoubleLE(48) };
}

const magicBytes = Buffer.alloc(4);
magicBytes.writeUInt32LE(magic);

/** The next sound frame and where it begins, at or after `place`; undefined when there is none. */
export function nextFrame(segment: Buffer, place: number): { frame: Frame; place: number } | undefined {
  for (let at = segment.indexOf(magicBytes, place); at >= 0; at = segment.indexOf(magicBytes, at + 1)) {
    const frame = frameAt(segment, at);
    if (frame !== undefined) return { frame, place: at };
  }
  return undefined;
}
