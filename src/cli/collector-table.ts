// Collectors as rows of a table: one each, or one for each value that they found.
import type { CollectorAnswer } from "../api/contract/index.ts";

type Shown = Pick<CollectorAnswer, "name" | "state" | "metrics" | "took_ms" | "log">;

/** Head line, then name, state, series, duration and what is the matter. */
export function collectorRows(collectors: readonly Shown[]): string[][] {
  const rows = collectors.map(({ name, state, metrics, took_ms: tookMs, log }) => [
    name,
    state,
    String(metrics),
    tookMs === 0 ? "" : `${tookMs.toFixed(1)} ms`,
    log,
  ]);
  return [["COLLECTOR", "STATE", "SERIES", "TOOK", ""], ...rows];
}

/** Path and value of every leaf, in order. */
export function resultRows(results: unknown, path = ""): string[][] {
  if (typeof results !== "object" || results === null || Array.isArray(results)) {
    return [[path, Array.isArray(results) ? JSON.stringify(results) : valueText(results)]];
  }
  return Object.entries(results).flatMap(([key, value]) =>
    resultRows(value, path === "" ? key : `${path}.${key}`),
  );
}

export function valueText(value: unknown): string {
  if (typeof value !== "number" || Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(1) : String(Number(value.toPrecision(4)));
}
