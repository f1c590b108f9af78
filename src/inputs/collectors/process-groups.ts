// Collector `processgroups`: what the processes of a program use together.
import * as z from "zod";
import { defineCollector, type NotEligible, type Reading } from "../collector.ts";
import { type GroupProcess, type ProcessGroupsSample, readProcessGroups } from "./measuring/process-usage.ts";
import { growth, hundredths, perSecond, readingOf, readingOfEach } from "./measuring/rate.ts";
import { grownSum } from "./measuring/ticks.ts";

export const processGroups = defineCollector({
  name: "processgroups",
  summary: "What the processes of chosen programs use.",
  onDemand: true,
  config: z.strictObject({
    groups: z
      .array(
        z.strictObject({
          name: z.string().min(1).describe("Name of the group in the metrics."),
          match: z.string().min(1).describe("Path of the executable, or a command's name."),
        }),
      )
      .default([])
      .describe("Programs whose processes are counted together."),
  }),
  instances: ["group"],
  leaves: {
    count: { help: "Processes of the program" },
    threads: { help: "Threads of the program's processes" },
    cpu: { help: "Processor time, 100 for each processor that is kept busy", unit: "percent" },
    rss: { help: "Memory in use, shared pages counted for each process", unit: "bytes" },
    fds: { help: "Open file descriptors" },
    "read_bytes/s": { help: "Bytes read from disks", unit: "bytes-per-second" },
    "write_bytes/s": { help: "Bytes written to disks", unit: "bytes-per-second" },
  },
  async read({ groups }, needs): Promise<ProcessGroupsSample | NotEligible> {
    if (groups.length === 0) return { notEligible: "no groups are configured" };
    return readProcessGroups(groups, needs);
  },
  measure({ machine, groups }, earlier) {
    if (earlier === undefined) return undefined;
    const allTicks = grownSum(machine.ticks, earlier.sample.machine.ticks) ?? 0;
    return readingOfEach(groups, (processes, name) => {
      const before = earlier.sample.groups.get(name) ?? new Map();
      const ticks = groupGrowth(processes, before, (one) => one.ticks);
      return readingOf({
        ...totals(processes),
        cpu: allTicks > 0 ? hundredths((ticks * 100 * machine.processors) / allTicks) : undefined,
        ...ioRates(processes, before, earlier.elapsedMs),
      });
    });
  },
});

/** What processes that were there before added; those that are new since then count from the next time on. */
export function groupGrowth(
  now: ReadonlyMap<string, GroupProcess>,
  before: ReadonlyMap<string, GroupProcess>,
  figure: (process: GroupProcess) => number | undefined,
): number {
  let sum = 0;
  for (const [key, process] of now) {
    const earlier = before.get(key);
    if (earlier !== undefined) sum += growth(figure(process), figure(earlier)) ?? 0;
  }
  return sum;
}

export function totals(processes: ReadonlyMap<string, GroupProcess>) {
  let [threads, rss, fds] = [0, 0, 0];
  for (const process of processes.values()) {
    threads += process.threads;
    rss += process.residentBytes;
    fds += process.descriptors;
  }
  // A process without descriptors is one whose descriptors may not be seen.
  return { count: processes.size, threads, rss, fds: fds === 0 && processes.size > 0 ? undefined : fds };
}

function ioRates(
  now: ReadonlyMap<string, GroupProcess>,
  before: ReadonlyMap<string, GroupProcess>,
  elapsedMs: number,
): Reading {
  if (![...now.values()].some(({ io }) => io !== undefined)) return {};
  return {
    "read_bytes/s": perSecond(
      groupGrowth(now, before, ({ io }) => io?.readBytes),
      elapsedMs,
    ),
    "write_bytes/s": perSecond(
      groupGrowth(now, before, ({ io }) => io?.writtenBytes),
      elapsedMs,
    ),
  };
}
