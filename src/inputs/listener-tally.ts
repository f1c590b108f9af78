// What a listener received and could not use: counters by reason, and a line in the log for each kind of fault.
import type { Log } from "../kernel/log.ts";
import type { Counter, Telemetry } from "../kernel/telemetry.ts";
import type { Refused } from "../metric/refused.ts";

export interface ListenerTally {
  received(count: number): void;
  metrics(count: number): void;
  /** `reason` is one of few, without anything that a sender wrote. */
  fault(reason: string, count?: number): void;
  /** Of what came in, what nobody can keep. */
  refused(refused: Refused): void;
  readonly figures: {
    readonly received: number;
    readonly metrics: number;
    readonly faults: Record<string, number>;
  };
}

/** Further reasons are counted as one: a reason costs a series for good, and a line in the log. */
const reasonsAtMost = 32;
const otherReason = "other";
/** Of what could be read and yet is no metric. */
export const unkeepable = "a name, a tag or a time that cannot be kept";

export function createListenerTally(
  input: string,
  { log, telemetry }: { readonly log: Log; readonly telemetry: Telemetry },
): ListenerTally {
  const labels = { input };
  const received = telemetry.counter("input_received_total", "Lines or packets that came in.", labels);
  const metrics = telemetry.counter("input_metrics_total", "Values that came in.", labels);
  /** By reason, with the counter of it: to look one up anew for each line would cost more than the line. */
  const faults = new Map<string, { count: number; readonly counter: Counter }>();
  const fault = (given: string, count = 1) => {
    const known = faults.get(given);
    const reason = faults.size < reasonsAtMost ? given : otherReason;
    const met = known ?? faults.get(reason) ?? meet(reason);
    met.count += count;
    met.counter.add(count);
  };
  const meet = (reason: string) => {
    const help = "What came in and said nothing, by reason.";
    const met = { count: 0, counter: telemetry.counter("input_faults_total", help, { ...labels, reason }) };
    faults.set(reason, met);
    log.warning("something came in that cannot be used; more of it is only counted", { input, reason });
    return met;
  };
  return {
    received: (count) => received.add(count),
    metrics: (count) => metrics.add(count),
    fault,
    refused(refused) {
      for (const [why, count] of refused) fault(why, count);
    },
    get figures() {
      return {
        received: received.value,
        metrics: metrics.value,
        faults: Object.fromEntries([...faults].map(([reason, { count: times }]) => [reason, times])),
      };
    },
  };
}
