// One check over time: its last result, its standing, and what people were told of it.
import type { CheckFacts, CheckState } from "../../event/index.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Standing } from "../judging/standing.ts";
import { neverJudged } from "../judging/standing.ts";
import type { CheckPlan } from "./check-plan.ts";

/** What is kept of a check over restarts (contract opsbro §5.4). */
export interface KeptCheck {
  readonly standing: Standing;
  readonly output: string;
  /** Milliseconds since 1970; 0 before the first result. */
  readonly lastCheckMs: number;
  /** The state that people were told last. */
  readonly told: CheckState;
  /** Of a check that others report: what it was made from. */
  readonly reported?: ReportedFacts | undefined;
}

export interface ReportedFacts {
  readonly name: string;
  readonly host: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface CheckRun {
  readonly plan: CheckPlan;
  kept: KeptCheck;
  /** False while the node is not in its group. */
  active: boolean;
  /** A run is under way; ends with the milliseconds after which to try again, where that is not the beat. */
  underWay: Promise<number | undefined> | undefined;
  /** Monotonic milliseconds of one of its beats: all others lie on its grid. */
  gridMs: number;
  /** Monotonic milliseconds of the last result, or of the start. */
  heardMs: number;
  /** Monotonic milliseconds: where it begins before that, what was heard before counts. */
  resumesUntilMs: number;
  perfdata: string;
  /** Monotonic milliseconds that the last run took. */
  tookMs: number;
}

const outputCharacters = 8192;
/** Time that detectors have to bring a check back after a restart. */
const resumingMs = 60_000;

export function newCheckRun(
  plan: CheckPlan,
  kept: KeptCheck | undefined,
  clock: Pick<Clock, "now" | "monotonicMs">,
): CheckRun {
  const nowMs = clock.monotonicMs();
  return {
    plan,
    kept: kept ?? { standing: neverJudged, output: "", lastCheckMs: 0, told: "pending" },
    active: false,
    underWay: undefined,
    gridMs: nowMs,
    heardMs: nowMs - silentMs(plan, kept, clock.now()),
    resumesUntilMs: nowMs + resumingMs,
    perfdata: "",
    tookMs: 0,
  };
}

/** Silence goes on over a restart. The wall clock may have jumped since: no further than to where silence counts. */
function silentMs({ kind, ttlMs }: CheckPlan, kept: KeptCheck | undefined, nowMs: number): number {
  if (kind !== "passive" || kept === undefined || kept.lastCheckMs === 0) return 0;
  return Math.min(Math.max(0, nowMs - kept.lastCheckMs), ttlMs ?? Number.POSITIVE_INFINITY);
}

/** Whole up to a bound; a character is never cut in half. */
export function boundedOutput(output: string): string {
  if (output.length <= outputCharacters) return output;
  return `${output.slice(0, outputCharacters).replace(/[\ud800-\udbff]$/, "")}…`;
}

/** The check as events and handlers see it; `from` is the state it is told to come from. */
export function factsOf({ plan, kept }: CheckRun, from: CheckState, to: CheckState): CheckFacts {
  const { standing, output, lastCheckMs } = kept;
  return {
    ...{ id: plan.id, name: plan.name, displayName: plan.displayName },
    ...{ packName: plan.packName, packLevel: plan.packLevel, host: plan.host },
    ...{ state: to, oldState: from, output, lastCheckMs },
    ...{ attempt: standing.attempt, attempts: plan.rules.attempts, hard: standing.hard },
    ...{ flapping: standing.flapping, notes: plan.notes, handlers: plan.handlers, extra: plan.extra },
  };
}
