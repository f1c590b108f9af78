// What stands at one place of a document or a reading, where it is what it should be.
import type { Leaf, Reading } from "../../collector.ts";

/** A level of anything that a server answered; empty where there is none. */
export function levelOf(value: unknown): Readonly<Record<string, unknown>> {
  return isLevel(value) ? value : {};
}

/** A level of a reading; empty where there is none. */
export function levelIn(reading: Reading, name: string): Reading {
  const value: Leaf | Reading | undefined = reading[name];
  return isLevel(value) ? (value as Reading) : {};
}

/** A finite number; undefined for everything else. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function isLevel(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
