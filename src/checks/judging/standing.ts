// What is known of a check after each judgement: state, attempts, soft and hard, and whether it flaps. Pure.
import { type CheckState, type JudgedState, stateIdOf } from "../../event/index.ts";
import { type FlapLimits, flapPercent, keptStates } from "./flapping.ts";

/** All that outlives a restart of what was judged. */
export interface Standing {
  readonly state: CheckState;
  readonly oldState: CheckState;
  /** The last state that was sure. */
  readonly hardState: CheckState;
  /** True while the state is sure. */
  readonly hard: boolean;
  /** Judgements in a row that were no `ok`, up to the number that makes it sure; 1 with `ok`. */
  readonly attempt: number;
  readonly flapping: boolean;
  /** The newest states in Nagios' numbers, oldest first; kept only while flapping is looked for. */
  readonly recent: readonly number[];
}

export interface JudgingRules {
  /** Judgements in a row that make a problem sure. */
  readonly attempts: number;
  /** Undefined: flapping is not looked for. */
  readonly flapping: FlapLimits | undefined;
}

export interface Step {
  readonly standing: Standing;
  /** The state is another one than before, sure or not. */
  readonly changed: boolean;
  /** The sure state is another one than before. */
  readonly hardChanged: boolean;
  readonly flap: "start" | "stop" | undefined;
}

export const neverJudged: Standing = {
  state: "pending",
  oldState: "pending",
  hardState: "pending",
  hard: true,
  attempt: 1,
  flapping: false,
  recent: [],
};

/** One more judgement. States are compared by their numbers: a first `unknown` is no change (contract opsbro §5.4). */
export function judge(before: Standing, state: JudgedState, rules: JudgingRules): Step {
  // Most judgements say what the one before said: nothing is made anew for them.
  if (isSteady(before, state, rules)) return { standing: before, ...still };
  const changed = stateIdOf(state) !== stateIdOf(before.state);
  const { attempt, hard } = attemptOf(before, state, rules.attempts);
  const { recent, flapping } = flappingOf(before, state, rules.flapping);
  const standing: Standing = {
    ...{ state, attempt, hard, recent, flapping },
    oldState: changed ? before.state : before.oldState,
    hardState: hard ? state : before.hardState,
  };
  return {
    standing,
    changed,
    hardChanged: hard && stateIdOf(state) !== stateIdOf(before.hardState),
    flap: flapping === before.flapping ? undefined : flapping ? "start" : "stop",
  };
}

const still = { changed: false, hardChanged: false, flap: undefined } as const;

function isSteady(
  { state: known, hard, hardState, recent, flapping, attempt }: Standing,
  state: JudgedState,
  rules: JudgingRules,
): boolean {
  if (state !== known || !hard || hardState !== state || rules.flapping !== undefined) return false;
  return recent.length === 0 && !flapping && attempt === (state === "ok" ? 1 : rules.attempts);
}

/** A problem that is sure stays sure while it changes its kind; an `ok` is sure at once. */
function attemptOf(before: Standing, state: JudgedState, attempts: number) {
  if (state === "ok") return { attempt: 1, hard: true };
  if (before.hard && isProblem(before.hardState)) return { attempt: attempts, hard: true };
  const attempt = isProblem(before.state) ? Math.min(before.attempt + 1, attempts) : 1;
  return { attempt, hard: attempt >= attempts };
}

export function isProblem(state: CheckState): boolean {
  return state !== "ok" && state !== "pending";
}

function flappingOf(before: Standing, state: JudgedState, limits: FlapLimits | undefined) {
  if (limits === undefined) return { recent: [], flapping: false };
  const recent = [...before.recent, stateIdOf(state)].slice(-keptStates);
  const percent = flapPercent(recent);
  const flapping = before.flapping ? percent >= limits.low : percent >= limits.high;
  return { recent, flapping };
}
