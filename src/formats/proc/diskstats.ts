// /proc/diskstats (kernel Documentation/admin-guide/iostats): 14 columns, 18 since kernel 4.18, 20 since 5.5.
import { columnsOf, countersOf } from "./columns.ts";

/** Since the start; a sector has 512 bytes whatever the disk says. */
export interface DiskCounters {
  readonly reads: number;
  readonly readsMerged: number;
  readonly sectorsRead: number;
  readonly readingMs: number;
  readonly writes: number;
  readonly writesMerged: number;
  readonly sectorsWritten: number;
  readonly writingMs: number;
  /** Time in which at least one request was under way. */
  readonly busyMs: number;
  /** The same, weighted with the number of requests under way. */
  readonly queuedMs: number;
}

export const sectorBytes = 512;
const fewestColumns = 14;

/** By name, in the text's order. Lines of fewer columns, as kernel 2.6 before .25 wrote for partitions, are skipped. */
export function parseDiskstats(text: string): ReadonlyMap<string, DiskCounters> {
  const disks = new Map<string, DiskCounters>();
  for (const line of text.split("\n")) {
    const columns = columnsOf(line);
    const name = columns[2];
    if (name === undefined || columns.length < fewestColumns) continue;
    const counters = countersOf(columns.slice(3));
    if (counters !== undefined) disks.set(name, named(counters));
  }
  return disks;
}

function named(counters: readonly number[]): DiskCounters {
  const [reads = 0, readsMerged = 0, sectorsRead = 0, readingMs = 0] = counters;
  const [writes = 0, writesMerged = 0, sectorsWritten = 0, writingMs = 0] = counters.slice(4);
  const [, busyMs = 0, queuedMs = 0] = counters.slice(8);
  return {
    reads,
    readsMerged,
    sectorsRead,
    readingMs,
    writes,
    writesMerged,
    sectorsWritten,
    writingMs,
    busyMs,
    queuedMs,
  };
}
