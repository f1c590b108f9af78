// /proc/vmstat: one counter of the memory management on each line.
import { counterOf } from "./columns.ts";

export function parseVmstat(text: string): ReadonlyMap<string, number> {
  const counters = new Map<string, number>();
  for (const line of text.split("\n")) {
    const blank = line.indexOf(" ");
    const value = blank > 0 ? counterOf(line.slice(blank + 1).trim()) : undefined;
    if (value !== undefined) counters.set(line.slice(0, blank), value);
  }
  return counters;
}
