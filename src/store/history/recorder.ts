// Takes batches apart: which series a point belongs to, and whether its time can be kept.
import type { Clock } from "../../kernel/clock.ts";
import type { Batch, Metric } from "../../metric/metric.ts";
import { seriesKey } from "../../metric/series.ts";
import type { Heads } from "./heads.ts";
import type { Tallies } from "./tallies.ts";

/** Clocks of hosts differ; one that is an hour ahead is wrong. */
const futureLimitMs = 3_600_000;

interface RecorderNeeds {
  readonly clock: Clock;
  readonly heads: Heads;
  readonly tallies: Tallies;
  readonly settled: () => number;
  /** How long points of the finest resolution are kept. */
  readonly keepMs: number;
}

/** A function that takes the points of a batch and counts those that it cannot take. */
export function createRecorder({ clock, heads, tallies, settled, keepMs }: RecorderNeeds) {
  return ({ host, metrics }: Batch): void => {
    const latestMs = clock.now() + futureLimitMs;
    const earliestMs = settled() - keepMs;
    let kept = 0;
    for (const metric of metrics) {
      const fault =
        faultOf(metric, { earliestMs, latestMs }) ??
        heads.add(keyOf(metric, host), metric.timestampMs, metric.value);
      if (fault === undefined) kept += 1;
      else if (fault === "overflow") tallies.overflow();
      else tallies.refused(fault);
    }
    tallies.kept(kept);
  };
}

/** A host that reported is part of what its series are: what it says of itself does not count. */
function keyOf({ name, tags }: Metric, host: string): string {
  return seriesKey({ name, tags: host === "" ? tags : { ...tags, host } });
}

function faultOf(
  { timestampMs, value }: Metric,
  { earliestMs, latestMs }: { earliestMs: number; latestMs: number },
) {
  if (!Number.isFinite(value)) return "not finite";
  if (timestampMs > latestMs) return "future";
  // Also true of what is no number.
  return timestampMs >= earliestMs ? undefined : "old";
}
