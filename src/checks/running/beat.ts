// When a check is run: its place in its interval, its beat, and whether what it last said is still fresh.
import { createHash } from "node:crypto";
import type { CheckPlan } from "./check-plan.ts";
import type { CheckRun } from "./check-run.ts";

/** A result that is younger is not asked for again. */
const freshMs = 1000;

/** Milliseconds between two looks for silence, or two runs. */
export function beatMsOf({ plan: { ttlMs, everyMs } }: CheckRun): number {
  return ttlMs === undefined ? everyMs : Math.max(1000, Math.min(everyMs, ttlMs / 4));
}

/** 0 to 1, the same for the same host and check at every start: all checks together are spread evenly. */
export function splayOf({ id }: CheckPlan, hostname: string): number {
  const hash = createHash("sha256").update(`${hostname}/${id}`).digest();
  return hash.readUInt32LE(0) / 2 ** 32;
}

/** What is well may have failed a moment ago; a problem that is not sure is left to its own attempts. */
export function isStale({ kept: { standing }, plan, heardMs }: CheckRun, nowMs: number): boolean {
  if (standing.state === "pending") return true;
  return nowMs - heardMs >= (standing.state === "ok" ? Math.min(plan.retryMs, freshMs) : plan.retryMs);
}
