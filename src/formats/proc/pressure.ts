// /proc/pressure/* (kernel Documentation/accounting/psi): share of time in which tasks waited for a resource.
import { columnsOf } from "./columns.ts";

/** Percent over the last 10, 60 and 300 seconds. */
export interface Pressure {
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
}

/** `some`: at least one task waited; `full`: all of them did at once. Older kernels have no `full` for the processor. */
export function parsePressure(text: string): { some?: Pressure; full?: Pressure } {
  const found: { some?: Pressure; full?: Pressure } = {};
  for (const line of text.split("\n")) {
    const [scope, ...words] = columnsOf(line);
    const pressure = pressureOf(words);
    if (pressure !== undefined && (scope === "some" || scope === "full")) found[scope] = pressure;
  }
  return found;
}

function pressureOf(words: readonly string[]): Pressure | undefined {
  const figures = new Map(words.map((word) => word.split("=", 2) as [string, string]));
  const [avg10, avg60, avg300] = ["avg10", "avg60", "avg300"].map((name) => percentOf(figures.get(name)));
  if (avg10 === undefined || avg60 === undefined || avg300 === undefined) return undefined;
  return { avg10, avg60, avg300 };
}

function percentOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[0-9]{1,3}(\.[0-9]+)?$/.test(text) ? Number(text) : undefined;
}
