// An answer that is kept while nothing can have changed: events say when it does, age is the second line.
import type { Clock } from "../../kernel/clock.ts";

export interface KeptAnswer<Value> {
  /** Callers at the same time share one reading. */
  get(): Promise<Value>;
  /** What is kept, or being read, holds no longer. */
  forget(): void;
}

interface KeptNeeds<Value> {
  readonly clock: Clock;
  readonly read: () => Promise<Value>;
  /** Monotonic milliseconds since which every change is told of; undefined: nobody tells. */
  readonly followedSinceMs: () => number | undefined;
}

/** So young it is good for everybody who asks, whether or not anybody tells of changes. */
const sharedMs = 500;
/** A stream that was asked for stands for sure after so long; what was read before may have missed a change. */
const settledMs = 1000;
/** An engine may lose events: never older than this. */
const oldestMs = 60_000;

export function keepAnswer<Value>({ clock, read, followedSinceMs }: KeptNeeds<Value>): KeptAnswer<Value> {
  let kept: { readonly value: Value; readonly begunMs: number } | undefined;
  let reading: Promise<Value> | undefined;
  let generation = 0;

  const holds = (begunMs: number) => {
    const ageMs = clock.monotonicMs() - begunMs;
    if (ageMs < sharedMs) return true;
    const sinceMs = followedSinceMs();
    return sinceMs !== undefined && begunMs - sinceMs >= settledMs && ageMs < oldestMs;
  };
  const renew = async () => {
    const [begun, begunMs] = [generation, clock.monotonicMs()];
    const value = await read();
    kept = begun === generation ? { value, begunMs } : undefined;
    return value;
  };
  return {
    get() {
      if (kept !== undefined && holds(kept.begunMs)) return Promise.resolve(kept.value);
      if (reading !== undefined) return reading;
      const begun = renew().finally(() => {
        if (reading === begun) reading = undefined;
      });
      reading = begun;
      return begun;
    },
    forget() {
      generation += 1;
      kept = undefined;
      // Whoever asks from now on is not served by a reading that began before the change.
      reading = undefined;
    },
  };
}
