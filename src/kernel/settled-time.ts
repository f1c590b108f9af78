// Wall time for deciding what is too old: a clock that jumps ahead for a while makes nothing expire.
import type { Clock } from "./clock.ts";

const slackMs = 60_000;
const patienceMs = 3_600_000;

/**
 * A function that tells the wall time in milliseconds, except that a jump forward of more than a minute is believed only
 * after it has lasted for an hour. Jumps back are believed at once: they make things younger.
 */
export function createSettledTime(clock: Clock): () => number {
  let base = { wallMs: clock.now(), monotonicMs: clock.monotonicMs() };
  let jumpedAtMs: number | undefined;
  return () => {
    const now = { wallMs: clock.now(), monotonicMs: clock.monotonicMs() };
    const expectedMs = base.wallMs + (now.monotonicMs - base.monotonicMs);
    if (now.wallMs > expectedMs + slackMs) {
      jumpedAtMs ??= now.monotonicMs;
      if (now.monotonicMs - jumpedAtMs < patienceMs) return expectedMs;
    }
    jumpedAtMs = undefined;
    base = now;
    return now.wallMs;
  };
}
