// What the loda ecosystem measures on a host, from what our collectors read (contract loda §6, §11).
import { diskPoints } from "./disks.ts";
import { coreDumpPoints, loginPoints, timePoints } from "./events.ts";
import { fileSystemPoints, type Writability } from "./file-systems.ts";
import { memoryPoints } from "./memory.ts";
import { networkPoints } from "./network.ts";
import type { LodaPoint, SamplesOf } from "./point.ts";
import { processorPoints } from "./processors.ts";

export { type ProcessGroupsSample, readProcessGroups } from "../collectors/measuring/process-usage.ts";
export type { Writability } from "./file-systems.ts";
export type { LastSamples, LodaPoint, SamplesOf } from "./point.ts";
export { type PortRow, portPoints } from "./port-row.ts";
export { groupsOfRows, type ProcessRow, processPoints } from "./process-row.ts";
export { probeFileSystems } from "./write-probe.ts";

/** Names and default beats of the types that need no row of their own (contract loda §6.1). */
export const lodaTypes = {
  CPU: { everyMs: 10_000, collectors: ["cpustats", "loadaverage", "processes"] },
  MEM: { everyMs: 10_000, collectors: ["memory"] },
  DISK: { everyMs: 10_000, collectors: ["iostats"] },
  NET: { everyMs: 10_000, collectors: ["networktraffic", "interfaces", "sockets"] },
  FS: { everyMs: 300_000, collectors: ["diskusage", "kernelstats"] },
  KERNEL: { everyMs: 300_000, collectors: ["logins"] },
  TIME: { everyMs: 300_000, collectors: ["timeoffset"] },
  COREDUMP: { everyMs: 60_000, collectors: ["coredumps"] },
} as const satisfies Record<string, { everyMs: number; collectors: readonly string[] }>;

export type LodaType = keyof typeof lodaTypes;

export interface LodaSettings {
  /** NET: beginnings of the interfaces' names; all interfaces when empty. */
  readonly interfacePrefixes?: readonly string[];
  /** FS: what `probeFileSystems` found. */
  readonly writable?: Writability;
}

/** Points of a type in the order in which loda sends them; none where a collector has not run. Pure. */
export function lodaMeasurements(
  type: LodaType,
  samples: SamplesOf,
  settings: LodaSettings = {},
): LodaPoint[] {
  switch (type) {
    case "CPU":
      return processorPoints(samples);
    case "MEM":
      return memoryPoints(samples);
    case "DISK":
      return diskPoints(samples);
    case "NET":
      return networkPoints(samples, settings.interfacePrefixes ?? []);
    case "FS":
      return fileSystemPoints(samples, settings.writable ?? new Map());
    case "KERNEL":
      return loginPoints(samples);
    case "TIME":
      return timePoints(samples);
    case "COREDUMP":
      return coreDumpPoints(samples);
  }
}
