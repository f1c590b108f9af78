// A clock that moves only when the test says so.
import type { Clock, Timer } from "../../src/kernel/clock.ts";

interface Due {
  readonly atMs: number;
  readonly run: () => void;
}

export interface FakeClock extends Clock {
  /** Moves on, calling what falls due in order, and lets promises settle between. */
  advance(ms: number): Promise<void>;
  /** Changes wall time alone, as an operator or NTP does. */
  jump(ms: number): void;
}

export function fakeClock(startMs = 1_700_000_000_000): FakeClock {
  let monotonic = 0;
  let offset = startMs;
  const waiting = new Set<Due>();
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => offset + monotonic,
    monotonicMs: () => monotonic,
    after(delayMs, run): Timer {
      const due = { atMs: monotonic + Math.max(0, delayMs), run };
      waiting.add(due);
      return { cancel: () => void waiting.delete(due) };
    },
    async advance(ms) {
      const until = monotonic + ms;
      await settle();
      for (;;) {
        const [next] = [...waiting]
          .filter(({ atMs }) => atMs <= until)
          .sort((one, other) => one.atMs - other.atMs);
        if (next === undefined) break;
        waiting.delete(next);
        monotonic = Math.max(monotonic, next.atMs);
        next.run();
        await settle();
      }
      monotonic = until;
      await settle();
    },
    jump(ms) {
      offset += ms;
    },
  };
}
