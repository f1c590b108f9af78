// An event as a line on disk: JSON with a sum.
import { type AgentEvent, eventText } from "../event/index.ts";
import { summedLine, textOfSummedLine } from "../kernel/summed-line.ts";

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
  return { seq: event.seq, text: summedLine(eventText(event)) };
}

export function headLine(head: FileHead): string {
  return summedLine(JSON.stringify({ head }));
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

function parsed(line: string): unknown {
  try {
    // Before there were sums, lines began with their JSON.
    if (line.startsWith("{")) return JSON.parse(line);
    const json = textOfSummedLine(line);
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return undefined;
  }
}
