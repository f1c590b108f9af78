// Periodic work on the monotonic clock: never overlapping itself, late runs counted, a changed wall clock ignored.
import type { Clock, Timer } from "./clock.ts";
import { reasonOf } from "./errors.ts";
import type { Log } from "./log.ts";
import type { Running } from "./module.ts";
import type { Telemetry } from "./telemetry.ts";

export interface ScheduleOptions {
  /** Name in the log and in the counters. */
  readonly name: string;
  readonly everyMs: number;
  /** Delay of the first run; `everyMs` when absent. */
  readonly firstMs?: number;
  readonly run: () => Promise<void> | void;
}

export interface ScheduleNeeds {
  readonly clock: Clock;
  readonly log: Log;
  readonly telemetry: Telemetry;
}

/**
 * Runs `run` on a fixed beat. A run that outlasts its beat makes the missed beats fall away, counted as
 * `schedule_missed_total`; a run that fails is logged and the beat goes on. `stop` waits for a run under way.
 */
export function startSchedule(options: ScheduleOptions, needs: ScheduleNeeds): Running {
  const { clock, log, telemetry } = needs;
  const labels = { schedule: options.name };
  const missed = telemetry.counter(
    "schedule_missed_total",
    "Beats that fell away because a run outlasted them.",
    labels,
  );
  const failed = telemetry.counter("schedule_failed_total", "Runs that ended with an error.", labels);
  let stopped = false;
  let underWay: Promise<void> = Promise.resolve();
  let dueMs = clock.monotonicMs() + (options.firstMs ?? options.everyMs);
  let timer: Timer;

  const once = async () => {
    try {
      await options.run();
    } catch (thrown) {
      failed.add(1);
      log.error("scheduled work failed", { schedule: options.name, reason: reasonOf(thrown) });
    }
  };
  const beat = async () => {
    await once();
    const lateMs = clock.monotonicMs() - dueMs;
    const fallen = Math.max(0, Math.floor(lateMs / options.everyMs));
    missed.add(fallen);
    dueMs += (fallen + 1) * options.everyMs;
    arm();
  };
  const arm = () => {
    if (stopped) return;
    timer = clock.after(dueMs - clock.monotonicMs(), () => {
      underWay = beat();
    });
  };
  arm();
  return {
    async stop() {
      stopped = true;
      timer.cancel();
      await underWay;
    },
  };
}
