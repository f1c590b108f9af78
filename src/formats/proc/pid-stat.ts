// /proc/PID/stat (proc(5)): one line about a process; its name stands in brackets and may hold anything.
import { counterOf } from "./columns.ts";

export interface ProcessStat {
  /** The command's name, cut to 15 bytes by the kernel. */
  readonly name: string;
  /** One letter: R running, S sleeping, D waiting for a disk, Z zombie, T stopped, I idle kernel thread. */
  readonly state: string;
  /** Ticks spent in user mode and in the kernel. */
  readonly ticks: number;
  readonly threads: number;
  /** Ticks after the host's start. With the pid it names the process for ever. */
  readonly startTicks: number;
  readonly residentPages: number;
}

/** Places of the figures counted from the state, which is the third. */
const places = { userTicks: 11, systemTicks: 12, threads: 17, startTicks: 19, residentPages: 21 };

/** Undefined when the text is something else, or was cut. */
export function parsePidStat(text: string): ProcessStat | undefined {
  const open = text.indexOf("(");
  // The last bracket, because a process may call itself `a) R 1 (b`.
  const close = text.lastIndexOf(")");
  if (open < 0 || close < open) return undefined;
  const rest = text
    .slice(close + 2)
    .trimEnd()
    .split(" ");
  const at = (place: number) => counterOf(rest[place]);
  const state = rest[0] ?? "";
  const userTicks = at(places.userTicks);
  const systemTicks = at(places.systemTicks);
  const threads = at(places.threads);
  const startTicks = at(places.startTicks);
  const residentPages = at(places.residentPages);
  if (state.length !== 1 || userTicks === undefined || systemTicks === undefined) return undefined;
  if (threads === undefined || startTicks === undefined || residentPages === undefined) return undefined;
  const name = text.slice(open + 1, close);
  return { name, state, ticks: userTicks + systemTicks, threads, startTicks, residentPages };
}
