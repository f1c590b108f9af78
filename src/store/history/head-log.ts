// The log of a head: what makes its points survive the end of the process, frame after frame in one file.
import { constants, crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { ByteReader } from "../../formats/bytes/byte-reader.ts";
import { ByteWriter } from "../../formats/bytes/byte-writer.ts";
import type { Growth, Head } from "./head.ts";
import type { Slices } from "./slices.ts";

/*
 * Layout, little endian: signature, version, seven bytes of zero; then frames:
 *   0  u32  size of the payload
 *   4  u32  CRC-32 of all that follows
 *   8  u32  bytes of the payload before it was deflated
 *  12       payload, deflated: u32 size of the entries, f64 points in the head, the entries, the bytes of all series
 * An entry is the series' number times two, plus one when its key follows; where its bytes begin; how many they are.
 */
const signature = Buffer.from("YAGURA-L");
const version = 1;
const logHead = Buffer.concat([signature, Buffer.from([version, 0, 0, 0, 0, 0, 0, 0])]);
const frameHeadBytes = 12;
const plainHeadBytes = 12;
const frameLimitBytes = 64 * 1024 * 1024;
/** A frame is closed when it has this much: memory for it is needed three times over. */
const frameBytes = 256 * 1024;

/** What the log of this head lacks, ready to be written; everything, signature included, when `whole`. */
export async function logBytes(head: Head, whole: boolean, slices: Slices): Promise<Buffer> {
  const parts: Buffer[] = whole ? [logHead] : [];
  const entries = new ByteWriter();
  let bodies: Uint8Array[] = [];
  let bodyBytes = 0;
  const close = () => {
    if (bodies.length > 0) parts.push(...frame(entries.bytes, bodies, head.pointCount));
    entries.clear();
    bodies = [];
    bodyBytes = 0;
  };
  for (const { number, key, from, bytes } of head.growth(whole)) {
    entries.varint(2 * number + (key === undefined ? 0 : 1));
    if (key !== undefined) entries.text(key);
    entries.varint(from);
    entries.varint(bytes.length);
    bodies.push(bytes);
    bodyBytes += bytes.length;
    if (entries.length + bodyBytes >= frameBytes) close();
    await slices.pause();
  }
  close();
  return Buffer.concat(parts);
}

function frame(entries: Buffer, bodies: readonly Uint8Array[], points: number): [Buffer, Buffer] {
  const start = Buffer.alloc(plainHeadBytes);
  start.writeUInt32LE(entries.length);
  start.writeDoubleLE(points, 4);
  const plain = Buffer.concat([start, entries, ...bodies]);
  const payload = deflateRawSync(plain, { level: constants.Z_BEST_SPEED });
  const head = Buffer.alloc(frameHeadBytes);
  head.writeUInt32LE(payload.length, 0);
  head.writeUInt32LE(plain.length, 8);
  head.writeUInt32LE(crc32(payload, crc32(head.subarray(8))), 4);
  return [head, payload];
}

/** How a log ended: `torn` is what the end of a process leaves, `damaged` is not. */
export type LogEnd = "whole" | "torn" | "damaged" | "newer";

/** Fills an empty head from its log, as far as it is sound; `soundBytes` says how far that is. */
export function replay(log: Buffer, head: Head): { end: LogEnd; soundBytes: number } {
  const fault = faultOfStart(log);
  if (fault !== undefined) return { end: fault, soundBytes: 0 };
  let place = logHead.length;
  for (;;) {
    const end = takeFrame(log, place, head);
    if (typeof end !== "number") return { end, soundBytes: place };
    place = end;
  }
}

function faultOfStart(log: Buffer): LogEnd | undefined {
  // Without a whole start there is no frame: the process ended while the file was made.
  if (log.length < logHead.length) return "torn";
  if (!log.subarray(0, signature.length).equals(signature)) return onlyZeros(log) ? "torn" : "damaged";
  const of = log[signature.length] ?? 0;
  if (of > version) return "newer";
  return of === version ? undefined : "damaged";
}

/** Where the frame at `place` ends, once it was taken in; otherwise how the log ends. */
function takeFrame(log: Buffer, place: number, head: Head): number | LogEnd {
  if (place === log.length) return "whole";
  if (place + frameHeadBytes > log.length) return "torn";
  const size = log.readUInt32LE(place);
  const plainBytes = log.readUInt32LE(place + 8);
  const end = place + frameHeadBytes + size;
  if (size === 0 || size > frameLimitBytes || plainBytes > frameLimitBytes) {
    return onlyZeros(log.subarray(place)) ? "torn" : "damaged";
  }
  if (end > log.length) return "torn";
  if (crc32(log.subarray(place + 8, end)) !== log.readUInt32LE(place + 4)) {
    return end === log.length ? "torn" : "damaged";
  }
  try {
    const payload = log.subarray(place + frameHeadBytes, end);
    takeEntries(inflateRawSync(payload, { maxOutputLength: plainBytes }), head);
  } catch {
    return "damaged";
  }
  return end;
}

function takeEntries(plain: Buffer, head: Head): void {
  const entryBytes = plain.readUInt32LE(0);
  let place = plainHeadBytes + entryBytes;
  const reader = new ByteReader(plain.subarray(plainHeadBytes, place));
  while (reader.left > 0) {
    const code = reader.varint();
    const number = Math.floor(code / 2);
    const named = code % 2 === 1 ? { key: reader.text() } : {};
    const from = reader.varint();
    const size = reader.varint();
    const growth: Growth = { number, ...named, from, bytes: plain.subarray(place, place + size) };
    if (!head.restore(growth)) throw new Error("an entry that does not fit");
    place += size;
  }
  head.restoreCount(plain.readDoubleLE(4));
}

function onlyZeros(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}
