// One check over time: its last result, its standing, and what people were told of it.
import type { CheckFacts, CheckState } from "../../event/index.ts";
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
  perfdata: string;
  /** Monotonic milliseconds that the last run took. */
  tookMs: number;
}

const outputCharacters = 8192;

export function newCheckRun(plan: CheckPlan, kept: KeptCheck | undefined, nowMs: number): CheckRun {
  return {
    plan,
    kept: kept ?? { standing: neverJudged, output: "", lastCheckMs: 0, told: "pending" },
    active: false,
    underWay: undefined,
    gridMs: nowMs,
    heardMs: nowMs,
    perfdata: "",
    tookMs: 0,
  };
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
