// Pauses that all questions share: however many are at work, others wait no longer than for one of them.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../kernel/clock.ts";

export interface Pace {
  /** Whether all together have worked long enough without a pause. */
  readonly isDue: boolean;
  /** Lets everyone else run; those who rest go on one by one, each in a turn of its own. */
  rest(): Promise<void>;
}

/** Milliseconds of work without a pause, of all together. */
const stretchMs = 12;

export function createPace(clock: Clock): Pace {
  let restedMs = clock.monotonicMs();
  let lastInLine: Promise<void> = Promise.resolve();
  const turn = async (before: Promise<void>) => {
    await before;
    await nextTurn();
    restedMs = clock.monotonicMs();
  };
  return {
    get isDue() {
      return clock.monotonicMs() - restedMs >= stretchMs;
    },
    rest() {
      lastInLine = turn(lastInLine);
      return lastInLine;
    },
  };
}
