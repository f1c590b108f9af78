// What the parts of a packet say: each holds for the values and messages that follow it.
import { messageLimitBytes, nameLimitBytes, type Provenance, part } from "./value-list.ts";
import { readSecondsMs, readTimeMs, readUnsigned } from "./wire-number.ts";

/** Where a packet stands in a larger buffer. */
export interface Span {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

/** What holds for the values and messages that follow, until it is said anew. */
export interface Said extends Provenance {
  host: string;
  plugin: string;
  pluginInstance: string;
  type: string;
  typeInstance: string;
  timeMs: number;
  intervalMs: number;
  severity: number;
}

/** Of every part: its number and its length. */
export const headBytes = 4;
const numberPartBytes = 12;
/** Before the kinds of the values. */
export const valuesHeadBytes = 6;
const bytesOfValue = 9;

export function nothingSaid({ security, user }: Provenance): Said {
  return {
    security,
    user,
    host: "",
    plugin: "",
    pluginInstance: "",
    type: "",
    typeInstance: "",
    timeMs: 0,
    intervalMs: 0,
    severity: 0,
  };
}

/** Remembers what a part says of those that follow. Gives why it is malformed. */
export function takePart(number: number, place: Span, said: Said): string | undefined {
  switch (number) {
    case part.host:
      return takeName("host", place, said);
    case part.plugin:
      return takeName("plugin", place, said);
    case part.pluginInstance:
      return takeName("pluginInstance", place, said);
    case part.type:
      return takeName("type", place, said);
    case part.typeInstance:
      return takeName("typeInstance", place, said);
    case part.time:
    case part.seconds:
    case part.interval:
    case part.intervalSeconds:
    case part.severity:
      return takeNumber(number, place, said);
    case part.values:
      return areValues(place) ? undefined : "malformed values";
    case part.message:
      return isText(place, messageLimitBytes) ? undefined : "malformed message";
    default:
      return undefined;
  }
}

type Named = "host" | "plugin" | "pluginInstance" | "type" | "typeInstance";

function takeName(key: Named, place: Span, said: Said): string | undefined {
  if (!isText(place, nameLimitBytes)) return "malformed name";
  said[key] = textOf(place);
  return undefined;
}

function takeNumber(number: number, { bytes, from, to }: Span, said: Said): string | undefined {
  if (to - from !== numberPartBytes) return "malformed number";
  const at = from + headBytes;
  if (number === part.time) said.timeMs = readTimeMs(bytes, at);
  else if (number === part.seconds) said.timeMs = readSecondsMs(bytes, at);
  else if (number === part.interval) said.intervalMs = readTimeMs(bytes, at);
  else if (number === part.intervalSeconds) said.intervalMs = readSecondsMs(bytes, at);
  else said.severity = Number(readUnsigned(bytes, at));
  return undefined;
}

function isText({ bytes, from, to }: Span, limitBytes: number): boolean {
  const length = to - from - headBytes;
  return length >= 1 && length <= limitBytes + 1 && bytes[to - 1] === 0;
}

/** Ends at its first zero, as it does for collectd. */
export function textOf({ bytes, from }: Span): string {
  const start = from + headBytes;
  let end = start;
  let bits = 0;
  for (let byte = bytes[end] ?? 0; byte !== 0; byte = bytes[end] ?? 0) {
    bits |= byte;
    end += 1;
  }
  // Most names are ASCII, and that is read faster.
  return bytes.toString(bits < 0x80 ? "latin1" : "utf8", start, end);
}

function areValues({ bytes, from, to }: Span): boolean {
  if (to - from < valuesHeadBytes) return false;
  const count = bytes.readUInt16BE(from + headBytes);
  if (count === 0 || to - from !== valuesHeadBytes + count * bytesOfValue) return false;
  const kindsAt = from + valuesHeadBytes;
  for (let at = kindsAt; at < kindsAt + count; at += 1) if ((bytes[at] ?? 0) > 3) return false;
  return true;
}
