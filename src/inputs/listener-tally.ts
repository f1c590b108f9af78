// What a listener received and could not use: counters by reason, and a line in the log for each kind of fault.
import type { Log } from "../kernel/log.ts";
import type { Telemetry } from "../kernel/telemetry.ts";

export interface ListenerTally {
  received(count: number): void;
  metrics(count: number): void;
  /** `reason` is one of few, without anything that a sender wrote. */
  fault(reason: string, count?: number): void;
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
  const faults = new Map<string, number>();
  return {
    received: (count) => received.add(count),
    metrics: (count) => metrics.add(count),
    fault(given, count = 1) {
      const reason = faults.has(given) || faults.size < reasonsAtMost ? given : otherReason;
      const known = faults.get(reason);
      faults.set(reason, (known ?? 0) + count);
      const help = "What came in and said nothing, by reason.";
      telemetry.counter("input_faults_total", help, { ...labels, reason }).add(count);
      if (known === undefined)
        log.warning("something came in that cannot be used; more of it is only counted", {
          input,
          reason,
        });
    },
    get figures() {
      return { received: received.value, metrics: metrics.value, faults: Object.fromEntries(faults) };
    },
  };
}
