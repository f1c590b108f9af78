// What a process has used of the processor, from /proc.
import { readFileSync } from "node:fs";

/** Ticks are hundredths of a second on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Seconds of processor: of the process itself, and of the programs that it has waited for. */
export function processorSeconds(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat
    .slice(stat.lastIndexOf(")") + 2)
    .split(" ")
    .map(Number);
  const [user, system, childUser, childSystem] = fields.slice(11, 15);
  return { own: (user + system) / ticksPerSecond, programs: (childUser + childSystem) / ticksPerSecond };
}

/** Highest resident memory of its life, in MiB. */
export function peakMiB(pid) {
  return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))[1]) / 1024;
}
