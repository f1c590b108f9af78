// Pushes over HTTP: read, counted, and kept for good before they are acknowledged.
import type { Context } from "../../kernel/module.ts";
import type { Batch, Metric } from "../../metric/metric.ts";
import type { ListenerReport } from "../listener.ts";
import { createListenerTally } from "../listener-tally.ts";
import { readInfluxLines } from "./influx-push.ts";
import { readLodaPush } from "./loda-push.ts";

export interface PushNeeds extends Context {
  /** Resolves when the batches are kept for good; rejects when they cannot be. */
  readonly keep: (batches: readonly Batch[]) => Promise<void>;
}

export type LodaPushResult =
  | { readonly kept: number }
  | { readonly fault: "json" | "name"; readonly reason: string };

export interface Push {
  /** Line protocol. Rejects when what was right cannot be kept. */
  influx(
    text: string,
    precision: string,
  ): Promise<{ readonly kept: number; readonly fault: string | undefined }>;
  /** loda's array of metrics: all of it or nothing. */
  loda(text: string, namespace: string): Promise<LodaPushResult>;
  readonly report: ListenerReport;
}

const batchMetrics = 2000;

export function createPush(needs: PushNeeds): Push {
  const { clock, keep } = needs;
  const tally = createListenerTally("push", needs);
  const keepAll = async (metrics: readonly Metric[]) => {
    if (metrics.length === 0) return;
    await keep(batchesOf(metrics, clock.now()));
    tally.metrics(metrics.length);
  };
  return {
    async influx(text, precision) {
      const { faults, firstFault, lines, metrics } = readInfluxLines(text, precision, clock.now());
      tally.received(lines);
      for (const [reason, count] of faults) tally.fault(reason, count);
      await keepAll(metrics);
      return { kept: metrics.length, fault: firstFault };
    },
    async loda(text, namespace) {
      const pushed = readLodaPush(text, namespace, clock.now());
      if ("fault" in pushed) {
        tally.fault(pushed.fault === "json" ? "no array of metrics" : "bad name");
        return pushed;
      }
      tally.received(pushed.received);
      if (pushed.dropped > 0) tally.fault("value is no number", pushed.dropped);
      await keepAll(pushed.metrics);
      return { kept: pushed.metrics.length };
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
