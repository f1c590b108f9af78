// When the heap is made compact: while there is little to do, so that nobody waits for it.
import { setFlagsFromString } from "node:v8";
import type { Clock, Timer } from "./clock.ts";
import type { Pace } from "./pace.ts";

/** So long after the last work that took its time. */
const quietMs = 5000;
/** Work that goes on and on has the heap made compact once in a while all the same. */
const busyMs = 60_000;
/** So many pieces within a second are work that takes its time. */
const manyInSecond = 100;

/** Sets a flag of V8; the real one when absent. */
type SetFlag = (flag: string) => void;

/**
 * The heap is small and lives for months: pages that are nearly empty are worth more than the time to empty them at each
 * full collection, which is some 20 to 40 ms instead of 6. Under work that takes long there are many of those in a row, and
 * everybody waits for each: the pace that is given back tells of such work.
 */
export function compactingWhenQuiet(
  pace: Pace,
  clock: Pick<Clock, "after" | "monotonicMs">,
  setFlag: SetFlag = setFlagsFromString,
): Pace {
  let quiet: Timer | undefined;
  let beganMs = 0;
  let [second, inSecond] = [0, 0];
  const compact = () => {
    quiet = undefined;
    setFlag("--compact-on-every-full-gc");
  };
  const work = () => {
    const nowMs = clock.monotonicMs();
    if (quiet === undefined) {
      beganMs = nowMs;
      setFlag("--no-compact-on-every-full-gc");
    }
    quiet?.cancel();
    quiet = clock.after(Math.min(quietMs, beganMs + busyMs - nowMs), compact);
  };
  compact();
  return {
    get isDue() {
      return pace.isDue;
    },
    yield() {
      work();
      return pace.yield();
    },
    count() {
      const now = Math.floor(clock.monotonicMs() / 1000);
      if (now !== second) [second, inSecond] = [now, 0];
      inSecond += 1;
      if (inSecond === manyInSecond) work();
    },
  };
}
