// Collector `kernelstats`: the counters of /proc/stat and /proc/vmstat (contract opsbro §4.2).
import * as z from "zod";
import { type OpenFiles, parseFileNr } from "../../formats/proc/file-nr.ts";
import { parseStat } from "../../formats/proc/stat.ts";
import { parseVmstat } from "../../formats/proc/vmstat.ts";
import { defineCollector, type Reading } from "../collector.ts";
import { growth, perSecond } from "./measuring/rate.ts";

export interface KernelSample {
  readonly counters: ReadonlyMap<string, number>;
  readonly files: OpenFiles | undefined;
}

/** Shown as rates and only so. */
const rates = ["ctxt", "processes", "pgfault", "pgmajfault"];

export const kernelStats = defineCollector({
  name: "kernelstats",
  summary: "Counters of the kernel and of its memory management.",
  config: z.strictObject({}),
  leaves: {
    "*": { help: "Counter or gauge of this name in /proc/stat or /proc/vmstat" },
    btime: { help: "Start of the host, in seconds since 1970", unit: "seconds" },
    procs_running: { help: "Threads that run or wait for a processor" },
    procs_blocked: { help: "Threads that wait for a disk" },
    files_open: { help: "Open files of all processes" },
    files_max: { help: "Files that may be open at once" },
    "ctxt/s": { help: "Switches from one thread to another", unit: "per-second" },
    "processes/s": { help: "Processes and threads that were started", unit: "per-second" },
    "pgfault/s": { help: "Page faults", unit: "per-second" },
    "pgmajfault/s": { help: "Page faults that had to wait for a disk", unit: "per-second" },
  },
  async read(_config, { host }): Promise<KernelSample> {
    const { counters } = parseStat(await host.required("/proc/stat"));
    const ofMemory = parseVmstat((await host.text("/proc/vmstat")) ?? "");
    const files = parseFileNr((await host.text("/proc/sys/fs/file-nr")) ?? "");
    return { counters: new Map([...counters, ...ofMemory]), files };
  },
  measure({ counters, files }, earlier) {
    if (earlier === undefined) return undefined;
    const reading: Record<string, number> = Object.fromEntries(counters);
    if (files !== undefined) {
      reading["files_open"] = files.allocated;
      reading["files_max"] = files.max;
    }
    for (const name of rates) {
      delete reading[name];
      const grown = growth(counters.get(name), earlier.sample.counters.get(name));
      if (grown !== undefined) reading[`${name}/s`] = perSecond(grown, earlier.elapsedMs);
    }
    return reading satisfies Reading;
  },
});
