// Value lists → packets of collectd's network protocol, as its own sender packs them (contract collectd-monitor §6.2).
import { overheadBytes, type PacketSecurity, sealPacket } from "./collectd-security.ts";
import { nameLimitBytes, part, type ValueList, valueKinds } from "./value-list.ts";
import { writeTime, writeValue } from "./wire-number.ts";

export interface EncodeOptions {
  /** Of a packet with everything in it. */
  readonly maxBytes: number;
  readonly security: PacketSecurity;
}

export interface EncodedPackets {
  readonly packets: readonly Buffer[];
  /** Value lists that fit no packet: a name of more than 127 bytes, or too many values. */
  readonly omitted: number;
}

/** What a packet has said so far. */
type Said = Omit<ValueList, "values">;

const names = [
  ["plugin", part.plugin],
  ["pluginInstance", part.pluginInstance],
  ["type", part.type],
  ["typeInstance", part.typeInstance],
] as const;
/** Number and length of a part, and the zero at the end of a text. */
const textFrameBytes = 5;
const numberPartBytes = 12;
const nothingSaid: Said = {
  host: "",
  plugin: "",
  pluginInstance: "",
  type: "",
  typeInstance: "",
  timeMs: 0,
  intervalMs: 0,
};

/** A part says only what changed since the last value list of the packet. Times are positive. */
export function encodeCollectdPackets(
  lists: Iterable<ValueList>,
  { maxBytes, security }: EncodeOptions,
): EncodedPackets {
  const room = Buffer.alloc(maxBytes - overheadBytes(security));
  const packets: Buffer[] = [];
  let omitted = 0;
  let said = nothingSaid;
  let length = 0;
  const flush = () => {
    if (length > 0) packets.push(sealPacket(room.subarray(0, length), security));
    said = nothingSaid;
    length = 0;
  };
  for (const list of lists) {
    if (!isSayable(list)) {
      omitted += 1;
      continue;
    }
    if (length + sizeOf(list, said) > room.length) flush();
    if (sizeOf(list, said) > room.length) omitted += 1;
    else {
      length = write(list, said, { room, at: length });
      said = list;
    }
  }
  flush();
  return { packets, omitted };
}

function isSayable(list: ValueList): boolean {
  return (
    Buffer.byteLength(list.host) <= nameLimitBytes &&
    names.every(([key]) => Buffer.byteLength(list[key]) <= nameLimitBytes)
  );
}

function sizeOf(list: ValueList, said: Said): number {
  let size = textSize(list.host, said.host);
  for (const [key] of names) size += textSize(list[key], said[key]);
  if (list.timeMs !== said.timeMs) size += numberPartBytes;
  if (list.intervalMs !== said.intervalMs) size += numberPartBytes;
  return size + 6 + 9 * list.values.length;
}

function textSize(text: string, said: string): number {
  return text === said ? 0 : textFrameBytes + Buffer.byteLength(text);
}

interface Place {
  readonly room: Buffer;
  readonly at: number;
}

/** In the order of collectd's own sender. Gives where the next part begins. */
function write(list: ValueList, said: Said, { room, at: start }: Place): number {
  let at = start;
  if (list.host !== said.host) at = writeText(part.host, list.host, { room, at });
  if (list.timeMs !== said.timeMs) at = writeMoment(part.time, list.timeMs, { room, at });
  if (list.intervalMs !== said.intervalMs) at = writeMoment(part.interval, list.intervalMs, { room, at });
  for (const [key, number] of names)
    if (list[key] !== said[key]) at = writeText(number, list[key], { room, at });
  return writeValues(list, { room, at });
}

function writeText(number: number, text: string, { room, at }: Place): number {
  const bodyAt = writeHead(number, textFrameBytes + Buffer.byteLength(text), { room, at });
  return room.writeUInt8(0, bodyAt + room.write(text, bodyAt));
}

function writeMoment(number: number, timeMs: number, { room, at }: Place): number {
  const bodyAt = writeHead(number, numberPartBytes, { room, at });
  writeTime(room, timeMs, bodyAt);
  return bodyAt + 8;
}

function writeValues({ values }: ValueList, { room, at }: Place): number {
  const bodyAt = writeHead(part.values, 6 + 9 * values.length, { room, at });
  let next = room.writeUInt16BE(values.length, bodyAt);
  for (const { kind } of values) next = room.writeUInt8(valueKinds.indexOf(kind), next);
  for (const value of values) {
    writeValue(room, value, next);
    next += 8;
  }
  return next;
}

function writeHead(number: number, length: number, { room, at }: Place): number {
  room.writeUInt16BE(number, at);
  return room.writeUInt16BE(length, at + 2);
}
