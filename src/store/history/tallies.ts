// What the history counts, and what it tells once instead of each time.
import type { Log } from "../../kernel/log.ts";
import type { Counter, Telemetry } from "../../kernel/telemetry.ts";

const refusals = ["future", "old", "busy", "crowded", "not finite"] as const;
/**
 * Why a point was not taken: beyond the times that are kept, no room for its span now or any more, no number, or of too
 * many series.
 */
export type Refusal = (typeof refusals)[number] | "overflow";

export interface Tallies {
  kept(points: number): void;
  refused(why: Refusal): void;
  /** Points that were taken and cannot be kept. */
  lost(points: number, why: string): void;
  dropped(why: "age" | "size"): void;
  damaged(path: string, facts: { what: string }): void;
  /** Tells how one kind of writing went: told when the first fails, and when all work again. */
  wrote(what: string, fault: string | undefined): void;
}

/** Counters and log lines; a full disk or a flood of series is one line, not one each. */
export function createTallies({ log, telemetry }: { log: Log; telemetry: Telemetry }): Tallies {
  const counter = (name: string, help: string, labels?: Record<string, string>) =>
    telemetry.counter(`history_${name}_total`, help, labels);
  const kept = counter("points", "Points taken into the history.");
  const refused = new Map<Refusal, Counter>(
    refusals.map((why) => [why, counter("refused", "Points refused, by reason.", { why })]),
  );
  const overflow = counter("series_overflow", "Points refused because they belong to too many series.");
  const lost = counter("points_lost", "Points taken that could not be written and had to be given up.");
  const dropped = {
    age: counter("blocks_dropped", "Blocks deleted, by reason.", { why: "age" }),
    size: counter("blocks_dropped", "Blocks deleted, by reason.", { why: "size" }),
  };
  const damaged = counter("damaged", "Damaged places found in files of the history.");
  const failures = counter("write_failures", "Writes of the history that failed.");
  const failing = new Set<string>();
  let overflowing = false;
  return {
    kept: (points) => kept.add(points),
    refused(why) {
      refused.get(why)?.add(1);
      if (why !== "overflow") return;
      overflow.add(1);
      if (!overflowing) log.warning("the history has too many series; points of new ones are refused");
      overflowing = true;
    },
    lost(points, why) {
      lost.add(points);
      log.error("points of the history are lost", { points, why });
    },
    dropped: (why) => dropped[why].add(1),
    damaged(path, { what }) {
      damaged.add(1);
      log.error("a file of the history is damaged", { path, what });
    },
    wrote(what, fault) {
      const before = failing.size;
      if (fault === undefined) failing.delete(what);
      else {
        failing.add(what);
        failures.add(1);
      }
      if (before === 0 && fault !== undefined) {
        log.error("the history cannot be written; it is tried again", { reason: fault });
      }
      if (before > 0 && failing.size === 0) log.info("the history is written again");
    },
  };
}
