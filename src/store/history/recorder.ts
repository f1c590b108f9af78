// Takes batches apart: which series a point belongs to, and whether its time can be kept.
import type { Clock } from "../../kernel/clock.ts";
import { AgentError } from "../../kernel/errors.ts";
import type { Batch, Metric } from "../../metric/metric.ts";
import { noneRefused, type Refused } from "../../metric/refused.ts";
import { seriesKey } from "../../metric/series.ts";
import type { Heads } from "./heads.ts";
import type { Refusal, Tallies } from "./tallies.ts";

/** Clocks of hosts differ; one that is an hour ahead is wrong. */
const futureLimitMs = 3_600_000;
/** What makes room may have been under way before: so often it is tried again. */
const turnsInVainAtMost = 20;

interface RecorderNeeds {
  readonly clock: Clock;
  readonly heads: Heads;
  readonly tallies: Tallies;
  readonly settled: () => number;
  /** How long points of the coarsest resolution are kept. */
  readonly keepMs: number;
  /** Makes blocks of what stands ready for it: then there is room for points of other times. */
  readonly makeRoom: () => Promise<void>;
  readonly directory: string;
}

export interface Recorder {
  /** Takes the points of a batch, and counts those that it cannot take. */
  record(batch: Batch): Refused;
  /** The same, and waits where other times have to be written first. Rejects with `store.failed` when that does not help. */
  take(batch: Batch): Promise<Refused>;
}

const reasons: Readonly<Record<Refusal, string>> = {
  future: "a time more than an hour ahead",
  old: "a time older than the history keeps",
  busy: "a time for which there is no room at the moment",
  crowded: "a time to which too much came late",
  "not finite": "a value that is no number",
  overflow: "a series beyond store.history.max_series",
};

export function createRecorder(needs: RecorderNeeds): Recorder {
  const { clock, directory, heads, tallies, settled, keepMs, makeRoom } = needs;
  /** Returns the points for whose time there is no room now. */
  const add = ({ host, metrics }: Batch, refuse: (why: Refusal) => void): Metric[] => {
    const latestMs = clock.now() + futureLimitMs;
    const earliestMs = settled() - keepMs;
    const busy: Metric[] = [];
    let refused = 0;
    for (const metric of metrics) {
      const fault =
        faultOf(metric, { earliestMs, latestMs }) ??
        heads.add(keyOf(metric, host), metric.timestampMs, metric.value);
      if (fault === undefined) continue;
      if (fault === "busy") busy.push(metric);
      else {
        refused += 1;
        refuse(fault);
      }
    }
    tallies.kept(metrics.length - refused - busy.length);
    return busy;
  };
  /** One at a time: they would take the room from one another. */
  let last: Promise<unknown> = Promise.resolve();
  const takeBusy = async (batch: Batch, refuse: (why: Refusal) => void) => {
    const again = async (metrics: readonly Metric[]) => {
      heads.endLate();
      await makeRoom();
      // While nothing can be written, points that were taken would have to go for these.
      return heads.failing ? metrics : add({ ...batch, metrics }, refuse);
    };
    let busy = batch.metrics;
    for (let turnsInVain = 0; busy.length > 0 && turnsInVain < turnsInVainAtMost; ) {
      const left = await again(busy);
      turnsInVain = left.length < busy.length ? 0 : turnsInVain + 1;
      busy = left;
    }
    if (busy.length === 0) return;
    for (const _ of busy) refuse("busy");
    throw new AgentError("store.failed", { path: directory, reason: reasons.busy });
  };
  return {
    record(batch) {
      const counts = createCounts(tallies);
      for (const _ of add(batch, counts.add)) counts.add("busy");
      return counts.refused;
    },
    take(batch) {
      const counts = createCounts(tallies);
      const busy = add(batch, counts.add);
      if (busy.length === 0) return Promise.resolve(counts.refused);
      const turn = last.then(() => takeBusy({ ...batch, metrics: busy.sort(byTime) }, counts.add));
      last = turn.catch(() => undefined);
      return turn.then(() => counts.refused);
    },
  };
}

function byTime(one: Metric, other: Metric): number {
  return one.timestampMs - other.timestampMs;
}

function createCounts(tallies: Tallies) {
  let counts: Map<string, number> | undefined;
  return {
    add(why: Refusal) {
      tallies.refused(why);
      counts ??= new Map();
      counts.set(reasons[why], (counts.get(reasons[why]) ?? 0) + 1);
    },
    get refused(): Refused {
      return counts ?? noneRefused;
    },
  };
}

/** A host that reported is part of what its series are: what it says of itself does not count. */
function keyOf({ name, tags }: Metric, host: string): string {
  return seriesKey({ name, tags: host === "" ? tags : { ...tags, host } });
}

function faultOf(
  { timestampMs, value }: Metric,
  { earliestMs, latestMs }: { earliestMs: number; latestMs: number },
): Refusal | undefined {
  if (!Number.isFinite(value)) return "not finite";
  if (timestampMs > latestMs) return "future";
  // Also true of what is no number.
  return timestampMs >= earliestMs ? undefined : "old";
}
