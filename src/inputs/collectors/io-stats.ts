// Collector `iostats`: what the disks did, for whole disks only (contract opsbro §4.2).
import * as z from "zod";
import { type DiskCounters, parseDiskstats, sectorBytes } from "../../formats/proc/diskstats.ts";
import { defineCollector, type Reading } from "../collector.ts";
import {
  eachLevel,
  growths,
  hundredths,
  knownOf,
  numberAt,
  perSecond,
  readingOfEach,
} from "./measuring/rate.ts";
import { wholeDisks } from "./measuring/whole-disks.ts";

export interface DiskSample {
  /** Whole disks by name. */
  readonly disks: ReadonlyMap<string, DiskCounters>;
}

export const ioStats = defineCollector({
  name: "iostats",
  summary: "What the disks read and wrote, and how long it took.",
  config: z.strictObject({}),
  instances: ["device"],
  leaves: {
    "reads/s": { help: "Reads that ended", unit: "per-second" },
    "reads_merged/s": { help: "Reads that were joined with a neighbour", unit: "per-second" },
    "writes/s": { help: "Writes that ended", unit: "per-second" },
    "writes_merged/s": { help: "Writes that were joined with a neighbour", unit: "per-second" },
    "read_bytes/s": { help: "Bytes read", unit: "bytes-per-second" },
    "write_bytes/s": { help: "Bytes written", unit: "bytes-per-second" },
    "util%": { help: "Time in which a request was under way", unit: "percent" },
    await_ms: { help: "Time that a request took on average", unit: "milliseconds" },
    read_await_ms: { help: "Time that a read took on average", unit: "milliseconds" },
    write_await_ms: { help: "Time that a write took on average", unit: "milliseconds" },
    queue_length: { help: "Requests under way on average" },
  },
  async read(_config, { host }): Promise<DiskSample | { notEligible: string }> {
    const text = await host.text("/proc/diskstats");
    if (text === undefined) return { notEligible: "there is no /proc/diskstats" };
    return { disks: await wholeDisks(parseDiskstats(text), host) };
  },
  measure({ disks }, earlier) {
    if (earlier === undefined) return undefined;
    return readingOfEach(disks, (now, name) => {
      const before = earlier.sample.disks.get(name);
      const grown = before === undefined ? undefined : grownDisk(now, before);
      return grown === undefined ? undefined : rates(grown, earlier.elapsedMs);
    });
  },
  spellings: (reading) => eachLevel(reading, withIostatNames),
});

/** NaN for a counter that went back; undefined when all did: a disk was taken away, and another has its name. */
export function grownDisk(now: DiskCounters, before: DiskCounters): DiskCounters | undefined {
  return growths({ ...now }, { ...before });
}

function rates(grown: DiskCounters, elapsedMs: number): Reading {
  const each = (amount: number) => perSecond(amount, elapsedMs);
  return knownOf({
    "reads/s": each(grown.reads),
    "reads_merged/s": each(grown.readsMerged),
    "writes/s": each(grown.writes),
    "writes_merged/s": each(grown.writesMerged),
    "read_bytes/s": each(grown.sectorsRead * sectorBytes),
    "write_bytes/s": each(grown.sectorsWritten * sectorBytes),
    // The two clocks are not read at the same moment, which makes a busy disk seem to be more than busy.
    "util%": Math.min(100, hundredths((grown.busyMs * 100) / elapsedMs)),
    await_ms: average(grown.readingMs + grown.writingMs, grown.reads + grown.writes),
    read_await_ms: average(grown.readingMs, grown.reads),
    write_await_ms: average(grown.writingMs, grown.writes),
    queue_length: hundredths(grown.queuedMs / elapsedMs),
  });
}

/** The columns of `iostat -x`. */
function withIostatNames(level: Reading): Reading {
  const at = (key: string) => numberAt(level, key);
  const requests = at("reads/s") + at("writes/s");
  return {
    ...level,
    "rrqm/s": at("reads_merged/s"),
    "wrqm/s": at("writes_merged/s"),
    "r/s": at("reads/s"),
    "w/s": at("writes/s"),
    "rkB/s": hundredths(at("read_bytes/s") / 1024),
    "wkB/s": hundredths(at("write_bytes/s") / 1024),
    "avgrq-sz": average((at("read_bytes/s") + at("write_bytes/s")) / sectorBytes, requests),
    "avgqu-sz": at("queue_length"),
    await: at("await_ms"),
    r_await: at("read_await_ms"),
    w_await: at("write_await_ms"),
    svctm: average(at("util%") * 10, requests),
    "%util": at("util%"),
  };
}

function average(amount: number, count: number): number {
  return count === 0 ? 0 : hundredths(amount / count);
}
