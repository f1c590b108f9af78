// Files of control groups, versions 1 and 2 (kernel Documentation/admin-guide/cgroup-v1 and cgroup-v2).
import { counterOf } from "./columns.ts";
import { parseVmstat } from "./vmstat.ts";

/** A figure, or `max` and its kin, which stand for none. */
export function parseLimit(text: string): number | undefined {
  const limit = counterOf(text.trim());
  // Version 1 writes the greatest multiple of the page size for no limit.
  return limit === undefined || limit >= noLimit ? undefined : limit;
}

const noLimit = 2 ** 62;

/** Nanoseconds of processor time: `cpu.stat` of version 2 tells it in microseconds. */
export function parseCpuStat(text: string): number | undefined {
  const usage = parseVmstat(text).get("usage_usec");
  return usage === undefined ? undefined : usage * 1000;
}
