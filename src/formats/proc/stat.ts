// /proc/stat (proc(5)): ticks of each processor since the start, and counters of the kernel.
import { columnsOf, counterOf, countersOf } from "./columns.ts";

export const cpuColumns = [
  "user",
  "nice",
  "system",
  "idle",
  "iowait",
  "irq",
  "softirq",
  "steal",
  "guest",
  "guest_nice",
] as const;

/** Ticks by column. Kernels that lack the last columns leave them out of the object's text: they are 0. */
export type CpuTicks = Readonly<Record<(typeof cpuColumns)[number], number>>;

export interface KernelStat {
  /** By the kernel's name: `cpu` for all together, `cpu0` and on for each that is online. */
  readonly cpus: ReadonlyMap<string, CpuTicks>;
  /** Lines of one number, such as `ctxt`, `btime` and `processes`. */
  readonly counters: ReadonlyMap<string, number>;
}

const fewestColumns = 4;

export function parseStat(text: string): KernelStat {
  const cpus = new Map<string, CpuTicks>();
  const counters = new Map<string, number>();
  for (const line of text.split("\n")) {
    // Thousands of numbers that nobody asked for.
    if (line.startsWith("intr ") || line.startsWith("softirq ")) continue;
    const [name = "", ...words] = columnsOf(line);
    if (isCpu(name)) setTo(cpus, name, ticksOf(words));
    else if (words.length === 1) setTo(counters, name, counterOf(words[0]));
  }
  return { cpus, counters };
}

function setTo<Value>(map: Map<string, Value>, name: string, value: Value | undefined): void {
  if (value !== undefined) map.set(name, value);
}

/** Of all columns, guests included twice as the kernel does. */
export function sumOfTicks(ticks: CpuTicks): number {
  let sum = 0;
  for (const column of cpuColumns) sum += ticks[column];
  return sum;
}

function ticksOf(words: readonly string[]): CpuTicks | undefined {
  const ticks = countersOf(words);
  if (ticks === undefined || ticks.length < fewestColumns) return undefined;
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = ticks;
  const [guest = 0, guest_nice = 0] = ticks.slice(8);
  return { user, nice, system, idle, iowait, irq, softirq, steal, guest, guest_nice };
}

function isCpu(name: string): boolean {
  return name === "cpu" || (name.startsWith("cpu") && counterOf(name.slice(3)) !== undefined);
}
