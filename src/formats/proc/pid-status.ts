// /proc/PID/status and /proc/PID/io (proc(5)): the few lines about one process that its stat line lacks.
import { columnsOf, counterOf, keyAndValue } from "./columns.ts";

const bytesOfKibibyte = 1024;

/** Bytes of memory that are in use by the process itself; undefined for kernel threads and zombies, which have none. */
export function residentBytesOf(status: string): number | undefined {
  const kibibytes = figureOf(status, "VmRSS");
  return kibibytes === undefined ? undefined : kibibytes * bytesOfKibibyte;
}

export interface ProcessIo {
  /** Bytes that really came from and went to a disk. */
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/** Undefined when a line is missing. */
export function parsePidIo(text: string): ProcessIo | undefined {
  const readBytes = figureOf(text, "read_bytes");
  const writtenBytes = figureOf(text, "write_bytes");
  return readBytes === undefined || writtenBytes === undefined ? undefined : { readBytes, writtenBytes };
}

function figureOf(text: string, key: string): number | undefined {
  for (const line of text.split("\n")) {
    if (!line.startsWith(key)) continue;
    const pair = keyAndValue(line);
    if (pair?.key === key) return counterOf(columnsOf(pair.value)[0]);
  }
  return undefined;
}
