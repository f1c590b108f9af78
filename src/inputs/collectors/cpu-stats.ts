// Collector `cpustats`: what each processor did, in percent of its time (contract opsbro §4.2).
import * as z from "zod";
import { type CpuTicks, cpuColumns, parseStat } from "../../formats/proc/stat.ts";
import { defineCollector, type Reading } from "../collector.ts";
import { eachLevel, hundredths, numberAt, percentOf, readingOfEach } from "./measuring/rate.ts";
import { grownTicks } from "./measuring/ticks.ts";

export interface CpuSample {
  /** By the kernel's name, `cpu` for all together. */
  readonly cpus: ReadonlyMap<string, CpuTicks>;
}

export const cpuStats = defineCollector({
  name: "cpustats",
  summary: "What the processors did, in percent of their time.",
  config: z.strictObject({}),
  instances: ["cpu"],
  leaves: {
    "%user": { help: "Time in user mode, guests included", unit: "percent" },
    "%nice": { help: "Time in user mode with lowered priority, guests included", unit: "percent" },
    "%system": { help: "Time in the kernel", unit: "percent" },
    "%idle": { help: "Time without anything to do", unit: "percent" },
    "%iowait": {
      help: "Time without anything to do while a request of a disk was under way",
      unit: "percent",
    },
    "%irq": { help: "Time in hardware interrupts", unit: "percent" },
    "%softirq": { help: "Time in software interrupts", unit: "percent" },
    "%steal": { help: "Time that the hypervisor gave to others", unit: "percent" },
    "%guest": { help: "Time for virtual processors of guests", unit: "percent" },
    "%guest_nice": {
      help: "Time for virtual processors of guests with lowered priority",
      unit: "percent",
    },
  },
  async read(_config, { host }): Promise<CpuSample> {
    const { cpus } = parseStat(await host.required("/proc/stat"));
    return { cpus };
  },
  measure(sample, earlier) {
    if (earlier === undefined) return undefined;
    return renamed(
      readingOfEach(sample.cpus, (ticks, name) => percentages(ticks, earlier.sample.cpus.get(name))),
    );
  },
  spellings(reading) {
    const both = eachLevel(reading, withMpstatNames);
    return "cpu_all" in both ? { ...both, cpuall: both["cpu_all"] ?? null } : both;
  },
});

function percentages(now: CpuTicks, before: CpuTicks | undefined): Reading | undefined {
  const grown = before === undefined ? undefined : grownTicks(now, before);
  if (grown === undefined) return undefined;
  // A guest's time is also counted as its host's.
  const whole = cpuColumns.reduce((sum, column) => sum + grown[column], 0) - grown.guest - grown.guest_nice;
  if (whole === 0) return undefined;
  return Object.fromEntries(cpuColumns.map((column) => [`%${column}`, percentOf(grown[column], whole)]));
}

function renamed({ cpu, ...each }: Reading): Reading {
  return cpu === undefined ? each : { cpu_all: cpu, ...each };
}

/** mpstat takes the guests out of the time in user mode. */
function withMpstatNames(level: Reading): Reading {
  return {
    ...level,
    "%usr": hundredths(Math.max(0, numberAt(level, "%user") - numberAt(level, "%guest"))),
    "%sys": numberAt(level, "%system"),
    "%soft": numberAt(level, "%softirq"),
    "%gnice": numberAt(level, "%guest_nice"),
  };
}
