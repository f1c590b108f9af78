// Pushes over HTTP: read, counted, and kept for good before they are acknowledged.
import type { Context } from "../../kernel/module.ts";
import type { Batch, Metric } from "../../metric/metric.ts";
import type { Refused } from "../../metric/refused.ts";
import type { ListenerReport } from "../listener.ts";
import { createListenerTally } from "../listener-tally.ts";
import { readInfluxLines } from "./influx-push.ts";
import { readLodaPush } from "./loda-push.ts";

export interface PushNeeds extends Context {
  /** Resolves when all but what is refused is kept for good; rejects when it cannot be for now. */
  readonly keep: (batches: readonly Batch[]) => Promise<Refused>;
}

export type LodaPushResult =
  | { readonly kept: number; readonly refused: Refused }
  | { readonly fault: "json" | "name"; readonly reason: string };

export interface Push {
  /** Line protocol. Rejects when what was right cannot be kept. */
  influx(
    text: string,
    precision: string,
  ): Promise<{ readonly kept: number; readonly fault: string | undefined; readonly refused: Refused }>;
  /** loda's array of metrics: looked at whole, then kept. */
  loda(bytes: Buffer, namespace: string): Promise<LodaPushResult>;
  readonly report: ListenerReport;
}

const batchMetrics = 500;

export function createPush(needs: PushNeeds): Push {
  const { clock, pace } = needs;
  const tally = createListenerTally("push", needs);
  const keep = async (metrics: readonly Metric[]) => {
    const refused = await needs.keep(batchesOf(metrics, clock.now()));
    tally.metrics(metrics.length);
    tally.refused(refused);
    return refused;
  };
  return {
    async influx(text, precision) {
      const push = { text, precision, nowMs: clock.now() };
      const { faults, firstFault, kept, lines, refused } = await readInfluxLines(push, { keep, pace });
      tally.received(lines);
      for (const [reason, count] of faults) tally.fault(reason, count);
      return { kept, fault: firstFault, refused };
    },
    async loda(bytes, namespace) {
      const pushed = await readLodaPush({ bytes, namespace, nowMs: clock.now() }, { keep, pace });
      if ("fault" in pushed) {
        tally.fault(pushed.fault === "json" ? "no array of metrics" : "bad name");
        return pushed;
      }
      tally.received(pushed.received);
      if (pushed.dropped > 0) tally.fault("value is no number", pushed.dropped);
      return { kept: pushed.kept, refused: pushed.refused };
    },
    get report() {
      const nothing = { kernelDrops: undefined, receiveBufferBytes: undefined, connections: 0, denied: 0 };
      return { name: "push", ...tally.figures, addresses: [], ...nothing };
    },
  };
}

function batchesOf(metrics: readonly Metric[], timestampMs: number): Batch[] {
  const batches: Batch[] = [];
  for (let from = 0; from < metrics.length; from += batchMetrics)
    batches.push({
      origin: "push",
      host: "",
      timestampMs,
      metrics: metrics.slice(from, from + batchMetrics),
    });
  return batches;
}
