// Time as a need: wall time for stamps, monotonic time for every wait, so that a changed clock changes no schedule.

/** A timer that was set. */
export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Wall time in milliseconds since 1970. For stamps only: it jumps. */
  now(): number;
  /** Monotonic milliseconds since an arbitrary moment. For measuring and waiting. */
  monotonicMs(): number;
  /** Calls `run` once after `delayMs`. A timer alone does not keep the process alive. */
  after(delayMs: number, run: () => void): Timer;
}

const longestTimerMs = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, Math.min(Math.max(delayMs, 0), longestTimerMs));
    timer.unref();
    return { cancel: () => clearTimeout(timer) };
  },
};
