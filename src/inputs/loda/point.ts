// A point as the loda ecosystem wants it: one name, one value, few tags (contract loda §6, §7.1).
import type { Earlier } from "../collector.ts";

export interface LodaPoint {
  readonly name: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly value: number;
  /** Milliseconds since 1970; the moment of sending when absent. */
  readonly timestampMs?: number;
}

/** What a collector read last, and before that. */
export interface LastSamples {
  readonly sample: unknown;
  readonly earlier: Earlier<unknown> | undefined;
}

/** Last samples by the collector's name; undefined where it has not run, or this host has nothing for it. */
export type SamplesOf = (collector: string) => LastSamples | undefined;

/** The samples of a collector whose kind of sample is known. */
export function samplesOf<Sample>(samples: SamplesOf, collector: string) {
  return samples(collector) as { sample: Sample; earlier: Earlier<Sample> | undefined } | undefined;
}

/** Points of one place, from pairs of name and value; those without a value are left out. */
export function points(
  tags: Readonly<Record<string, string>>,
  values: Readonly<Record<string, number | undefined>>,
): LodaPoint[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined || !Number.isFinite(value) ? [] : [{ name, tags, value }],
  );
}

/** Cut, not rounded, to two decimals (contract loda §6). What is off by the last bit of a double is not cut down. */
export function cut(value: number): number {
  return Math.trunc(Number((value * 100).toPrecision(14))) / 100;
}

/** Percent, cut; 0 of nothing. */
export function cutPercent(part: number, whole: number): number {
  return whole > 0 ? cut((part * 100) / whole) : 0;
}
