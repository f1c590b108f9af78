// Pauses that all who share it take together: however many are at work, others wait no longer than for one of them.
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "./clock.ts";

export interface Pace {
  /** Whether all together have worked long enough without a pause: for loops that are too tight to await. */
  readonly isDue: boolean;
  /** Lets everyone else run; those who wait go on one by one, each in a turn of its own. */
  yield(): Promise<void>;
  /** Told of each piece of work that takes no time by itself: very many of them do. */
  count(): void;
}

/** `budgetMs`: milliseconds of work without a pause, of all together. */
export function createPace(clock: Pick<Clock, "monotonicMs">, budgetMs = 5): Pace {
  let resumedMs = clock.monotonicMs();
  let lastInLine: Promise<void> = Promise.resolve();
  const turn = async (before: Promise<void>) => {
    await before;
    await nextTurn();
    resumedMs = clock.monotonicMs();
  };
  return {
    get isDue() {
      return clock.monotonicMs() - resumedMs >= budgetMs;
    },
    yield() {
      lastInLine = turn(lastInLine);
      return lastInLine;
    },
    count() {},
  };
}
