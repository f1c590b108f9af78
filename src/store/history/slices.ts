// Long work in slices of a few milliseconds, so that whoever waits for an answer does not wait for it.
import type { Clock } from "../../kernel/clock.ts";

const sliceMs = 4;

/** Thrown out of work that is not worth finishing, since the agent stops. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

export interface Slices {
  /** To be awaited between two small pieces of work. Throws Stopped after `stop`. */
  pause(): Promise<void> | undefined;
  stop(): void;
}

export function createSlices(clock: Clock): Slices {
  let stopped = false;
  let startedAtMs = clock.monotonicMs();
  const breathe = async () => {
    await new Promise((resolve) => setImmediate(resolve));
    startedAtMs = clock.monotonicMs();
  };
  return {
    pause() {
      if (stopped) throw new Stopped("the history stops");
      return clock.monotonicMs() - startedAtMs < sliceMs ? undefined : breathe();
    },
    stop() {
      stopped = true;
    },
  };
}
