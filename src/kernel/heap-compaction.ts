// When the heap is made compact: while there is little to do, so that nobody waits for it.
import { setFlagsFromString } from "node:v8";
import type { Clock, Timer } from "./clock.ts";
import type { Pace } from "./pace.ts";

/** So long after the last work that took its time. */
const quietMs = 5000;

/** Sets a flag of V8; the real one when absent. */
type SetFlag = (flag: string) => void;

/**
 * The heap is small and lives for months: pages that are nearly empty are worth more than the time to empty them at each
 * full collection, which is some 40 ms instead of 6. Under work that takes long there are many of those in a row, and
 * everybody waits for each: the pace that is given back tells of such work.
 */
export function compactingWhenQuiet(
  pace: Pace,
  clock: Pick<Clock, "after">,
  setFlag: SetFlag = setFlagsFromString,
): Pace {
  let quiet: Timer | undefined;
  const compact = () => {
    quiet = undefined;
    setFlag("--compact-on-every-full-gc");
  };
  compact();
  return {
    get isDue() {
      return pace.isDue;
    },
    yield() {
      if (quiet === undefined) setFlag("--no-compact-on-every-full-gc");
      quiet?.cancel();
      quiet = clock.after(quietMs, compact);
      return pace.yield();
    },
  };
}
