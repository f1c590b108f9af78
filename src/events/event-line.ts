// An event as a line on disk: eight hexadecimal digits of CRC-32, a blank, and JSON.
import { crc32 } from "node:zlib";
import type { AgentEvent } from "../event/index.ts";

/** A line with its end, and the number of the event in it. */
export interface EventLine {
  readonly seq: number;
  readonly text: string;
}

/** The first line of a file says where the file before it ended. */
export interface FileHead {
  /** Number of the last event before this file; 0 where there was none. */
  readonly after: number;
  /** Bytes of the file before it; 0 where there was none. */
  readonly bytesBefore: number;
}

export function eventLine(event: AgentEvent): EventLine {
  return { seq: event.seq, text: checked(JSON.stringify(event, plainNumber)) };
}

export function headLine(head: FileHead): string {
  return checked(JSON.stringify({ head }));
}

/** Undefined for a damaged line. */
export function parseLine(line: string): AgentEvent | FileHead | undefined {
  const found = parsed(line) as ({ head?: FileHead } & Partial<AgentEvent>) | undefined;
  if (found?.head !== undefined) return found.head;
  return Number.isSafeInteger(found?.seq) && typeof found?.type === "string"
    ? (found as AgentEvent)
    : undefined;
}

export function isHead(found: AgentEvent | FileHead): found is FileHead {
  return "bytesBefore" in found;
}

function checked(json: string): string {
  return `${sumOf(json)} ${json}\n`;
}

function parsed(line: string): unknown {
  try {
    // Before there were sums, lines began with their JSON.
    if (line.startsWith("{")) return JSON.parse(line);
    const json = line.slice(9);
    return line.slice(0, 9) === `${sumOf(json)} ` ? JSON.parse(json) : undefined;
  } catch {
    return undefined;
  }
}

const sumOf = (text: string) => crc32(text).toString(16).padStart(8, "0");

/** YAML's large whole numbers, which a check's own keys may hold, are no numbers of JSON. */
function plainNumber(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
