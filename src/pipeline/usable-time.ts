// How far a metric's time may lie ahead for the stages that wait for time to pass.
import type { Clock } from "../kernel/clock.ts";

const aheadAtMostMs = 3_600_000;

/** Whether a time is not further ahead of the clock than clocks go wrong: one hour. */
export function isUsableTime(timestampMs: number, clock: Pick<Clock, "now">): boolean {
  return timestampMs - clock.now() <= aheadAtMostMs;
}
