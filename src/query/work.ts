// What one request may cost: time, with pauses for whoever else waits, and values.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../kernel/clock.ts";
import { refusal } from "./fault.ts";

export interface WorkLimits {
  readonly deadlineMs: number;
  readonly maxPoints: number;
  readonly maxSeries: number;
}

export interface Work {
  /** To be awaited between pieces of work: lets others run after a while, rejects when the time is over. */
  breathe(): Promise<void>;
  /** Whether it is time to breathe: for loops that are too tight to await. */
  readonly isDue: boolean;
  /** Counts values that are held; throws when they are too many. */
  takePoints(count: number): void;
  /** Counts series that are read. */
  takeSeries(count: number): void;
  /** Counts a function that is applied. */
  takeCall(): void;
}

/** Functions that one request may apply: some evaluate their arguments more than once. */
const callLimit = 4000;
/** Milliseconds of work without a pause. */
const stretchMs = 12;

export function startWork(
  limits: WorkLimits,
  { clock, signal }: { clock: Clock; signal: AbortSignal },
): Work {
  const startedMs = clock.monotonicMs();
  let restedMs = startedMs;
  let points = 0;
  let series = 0;
  let calls = 0;
  return {
    get isDue() {
      return clock.monotonicMs() - restedMs >= stretchMs;
    },
    async breathe() {
      const nowMs = clock.monotonicMs();
      if (nowMs - startedMs > limits.deadlineMs) {
        throw refusal(`the answer takes longer than ${limits.deadlineMs} ms; ask for less`);
      }
      if (nowMs - restedMs < stretchMs) return;
      if (signal.aborted) throw refusal("the agent is stopping");
      await nextTurn();
      restedMs = clock.monotonicMs();
    },
    takePoints(count) {
      points += count;
      if (!(points <= limits.maxPoints)) {
        throw refusal(
          `the answer needs more than ${limits.maxPoints} values; ask for less time or fewer series`,
        );
      }
    },
    takeSeries(count) {
      series += count;
      if (series > limits.maxSeries) {
        throw refusal(`more than ${limits.maxSeries} series are asked for`);
      }
    },
    takeCall() {
      calls += 1;
      if (calls > callLimit) throw refusal(`more than ${callLimit} functions are to be applied`);
    },
  };
}
