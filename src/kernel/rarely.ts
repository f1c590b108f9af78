// What strangers can make happen is told once in a while: of each of them once a minute, and of all together not without end.
import { BoundedMap } from "./bounded-map.ts";
import type { Clock } from "./clock.ts";

const everyMs = 60_000;
const namesLimit = 1000;
/** Of all names, within a minute. */
const togetherLimit = 60;

interface Told {
  readonly toldMs: number;
  silent: number;
}

export interface Rarely {
  /** How often it was silent about the name since it told of it last; undefined when it is to be silent again. */
  tell(name: string): number | undefined;
}

export function createRarely(clock: Pick<Clock, "monotonicMs">): Rarely {
  const known = new BoundedMap<string, Told>(namesLimit);
  let minuteBeganMs = clock.monotonicMs();
  let inMinute = 0;
  return {
    tell(name) {
      const nowMs = clock.monotonicMs();
      const told = known.get(name);
      if (told !== undefined && nowMs - told.toldMs < everyMs) {
        told.silent += 1;
        return undefined;
      }
      if (nowMs - minuteBeganMs >= everyMs) [minuteBeganMs, inMinute] = [nowMs, 0];
      if (inMinute >= togetherLimit) return undefined;
      inMinute += 1;
      known.set(name, { toldMs: nowMs, silent: 0 });
      return told?.silent ?? 0;
    },
  };
}
