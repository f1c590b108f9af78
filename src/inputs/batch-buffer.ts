// Metrics that come one by one, handed on together: a batch for each is too dear, and a long wait is too late.
import type { Clock, Timer } from "../kernel/clock.ts";
import type { Batch, Metric, Origin } from "../metric/metric.ts";
import type { Refused } from "../metric/refused.ts";
import type { ListenerTally } from "./listener-tally.ts";

export interface BatchBuffer {
  /** `host`: that was measured; empty for what stands in the name or a tag, or is not known. */
  add(metric: Metric, host: string): void;
  /** Hands on what waits. */
  flush(): void;
}

const metricsAtMost = 1000;
const waitMs = 100;

interface BatchBufferNeeds {
  readonly clock: Clock;
  readonly emit: (batches: readonly Batch[]) => Refused;
  readonly tally: Pick<ListenerTally, "refused">;
}

export function createBatchBuffer(origin: Origin, { clock, emit, tally }: BatchBufferNeeds): BatchBuffer {
  let hosts = new Map<string, Metric[]>();
  let waiting = 0;
  let timer: Timer | undefined;
  const flush = () => {
    timer?.cancel();
    timer = undefined;
    if (waiting === 0) return;
    const timestampMs = clock.now();
    const batches = [...hosts].map(([host, metrics]): Batch => ({ origin, host, timestampMs, metrics }));
    hosts = new Map();
    waiting = 0;
    tally.refused(emit(batches));
  };
  return {
    add(metric, host) {
      const known = hosts.get(host);
      if (known === undefined) hosts.set(host, [metric]);
      else known.push(metric);
      waiting += 1;
      if (waiting >= metricsAtMost) flush();
      else timer ??= clock.after(waitMs, flush);
    },
    flush,
  };
}
