// The processes whose parent is the agent, as the kernel lists them.
import { readFileSync } from "node:fs";

export interface ChildProcess {
  readonly pid: number;
  /** Ticks from boot to its start: with the number, a name that is given once. */
  readonly startedAt: string;
  /** Dead, and not reaped yet. */
  readonly isZombie: boolean;
}

/** Children of the thread that starts programs and inherits orphans; undefined where the kernel keeps no list. */
export function childPids(): number[] | undefined {
  try {
    const text = readFileSync(`/proc/self/task/${process.pid}/children`, "latin1");
    return text
      .split(" ")
      .filter((word) => word.trim() !== "")
      .map(Number);
  } catch {
    return undefined;
  }
}

/** Undefined for one that is gone. */
export function childProcess(pid: number): ChildProcess | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The name may hold blanks and parentheses; what follows the last one is fields 3 to 52.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { pid, isZombie: fields[0] === "Z", startedAt: fields[19] ?? "" };
  } catch {
    return undefined;
  }
}
