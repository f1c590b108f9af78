// From two readings of a counter to a rate, and how exact the figures are.
import type { Leaf, Reading } from "../../collector.ts";

/** By how much a counter grew. Undefined when it went back or one of the two is missing: nobody knows how much it was. */
export function growth(now: number | undefined, before: number | undefined): number | undefined {
  return now === undefined || before === undefined || now < before ? undefined : now - before;
}

/**
 * Growth of each counter of a record, NaN for one that went back: it costs no other one, for a kernel's counters wrap
 * round, and are corrected. Undefined when all that had counted went back: then the whole was set to zero.
 */
export function growths<Name extends string>(
  now: Readonly<Record<Name, number>>,
  before: Readonly<Record<Name, number>>,
): Record<Name, number> | undefined {
  const grown: Partial<Record<Name, number>> = {};
  let [fallen, hasCounted] = [0, 0];
  for (const name in now) {
    const one = growth(now[name], before[name]);
    if (before[name] > 0) hasCounted += 1;
    if (one === undefined) fallen += 1;
    grown[name] = one ?? Number.NaN;
  }
  return hasCounted > 0 && fallen === hasCounted ? undefined : (grown as Record<Name, number>);
}

export function perSecond(amount: number, elapsedMs: number): number {
  return hundredths((amount * 1000) / elapsedMs);
}

/** Rounded to two decimals: more of them say nothing and cost room wherever the value is kept. */
export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}

export function percentOf(part: number, whole: number): number {
  return whole > 0 ? hundredths((part * 100) / whole) : 0;
}

/** A reading of the figures that are known. */
export function knownOf(figures: Readonly<Record<string, number>>): Reading {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => !Number.isNaN(value)));
}

/** A reading without the keys that have no value. */
export function readingOf(entries: Readonly<Record<string, Leaf | Reading | undefined>>): Reading {
  const reading: Record<string, Leaf | Reading> = {};
  for (const key in entries) {
    const value = entries[key];
    if (value !== undefined) reading[key] = value;
  }
  return reading;
}

/** The same for each level below; levels without a value are left out. */
export function readingOfEach<Value>(
  values: Iterable<readonly [string, Value]>,
  read: (value: Value, key: string) => Reading | undefined,
): Reading {
  const levels: [string, Reading][] = [];
  for (const [key, value] of values) {
    const below = read(value, key);
    if (below !== undefined) levels.push([key, below]);
  }
  return Object.fromEntries(levels);
}

/** Adds to each level below; what is no level stays as it is. */
export function eachLevel(reading: Reading, change: (level: Reading, key: string) => Reading): Reading {
  return Object.fromEntries(
    Object.entries(reading).map(([key, value]) => [key, isLevel(value) ? change(value, key) : value]),
  );
}

function isLevel(value: Leaf | Reading | undefined): value is Reading {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function numberAt(reading: Reading, key: string): number {
  const value = reading[key];
  return typeof value === "number" ? value : 0;
}
