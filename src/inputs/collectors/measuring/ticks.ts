// By how much the ticks of a processor grew, where some of its counters may go back.
import { type CpuTicks, cpuColumns, sumOfTicks } from "../../../formats/proc/stat.ts";
import { growths } from "./rate.ts";

/**
 * Idle processors are not counted as they idle, and stolen time falls after a move to another machine. What went back counts
 * nothing. Undefined for a processor that was taken away and came back with its counters at zero.
 */
export function grownTicks(now: CpuTicks, before: CpuTicks): CpuTicks | undefined {
  const grown = growths(now, before);
  if (grown === undefined) return undefined;
  return Object.fromEntries(cpuColumns.map((column) => [column, grown[column] || 0])) as unknown as CpuTicks;
}

/** Of all columns together, guests counted once. Undefined as above. */
export function grownSum(now: CpuTicks | undefined, before: CpuTicks | undefined): number | undefined {
  const grown = now === undefined || before === undefined ? undefined : grownTicks(now, before);
  return grown && sumOfTicks(grown) - grown.guest - grown.guest_nice;
}
