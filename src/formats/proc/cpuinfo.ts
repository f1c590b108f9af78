// /proc/cpuinfo: what the processors are; every architecture has its own words for it.
import { keyAndValue } from "./columns.ts";

export interface CpuInfo {
  readonly count: number;
  /** Empty where the kernel does not tell. */
  readonly modelName: string;
  /** Megahertz of the first processor; undefined on machines that do not tell (arm). */
  readonly mhz: number | undefined;
  readonly flags: ReadonlySet<string>;
}

/** Words for the model, the most telling first: x86, arm, a board of arm64, mips, power, s390. */
const modelKeys = ["model name", "Model", "Hardware", "cpu model", "cpu", "vendor_id", "Processor"];

export function parseCpuinfo(text: string): CpuInfo {
  const first = new Map<string, string>();
  let count = 0;
  for (const line of text.split("\n")) {
    const pair = keyAndValue(line);
    if (pair === undefined) continue;
    if (isProcessor(pair.key, pair.value)) count += 1;
    if (!first.has(pair.key)) first.set(pair.key, pair.value);
  }
  const mhz = Number.parseFloat(first.get("cpu MHz") ?? first.get("clock") ?? "");
  return {
    count,
    modelName: modelKeys.map((key) => first.get(key)).find((name) => name !== undefined) ?? "",
    mhz: Number.isFinite(mhz) ? mhz : undefined,
    flags: new Set((first.get("flags") ?? first.get("Features") ?? "").split(" ")),
  };
}

/** `processor : 0`, or `processor 0: version = …` on s390; arm's `Processor : ARMv7` is the model. */
function isProcessor(key: string, value: string): boolean {
  return key === "processor" ? /^[0-9]+$/.test(value) : /^processor [0-9]+$/.test(key);
}
