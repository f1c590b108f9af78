// POST /metric/append: takes metrics that somebody else measured (contract happo §2.2, §2.3).
import { AgentError } from "../../kernel/errors.ts";
import { type Batch, faultOf, faultOfHost, faultOfTime, noTags } from "../../metric/metric.ts";
import {
  type MetricAppendAnswer,
  type MetricEntry,
  metricAppendAnswer,
  metricAppendRequest,
} from "../contract/index.ts";
import { withLowerCaseKeys } from "../input.ts";
import { defineRoute } from "../route.ts";

export interface MetricAppendNeeds {
  /** Resolves when the batches are on disk for good; rejects, and keeps none, when they cannot be kept. */
  readonly keepMetrics: (batches: readonly Batch[]) => Promise<void>;
}

const entryKeys = ["hostname", "timestamp", "metrics"];

export const metricAppend = defineRoute({
  method: "POST",
  path: "/metric/append",
  summary: "Takes metrics that somebody else measured.",
  role: "metrics",
  input: metricAppendRequest,
  answers: {
    200: { description: "They are stored.", schema: metricAppendAnswer },
    400: { description: "Nothing was stored: the message says why.", schema: metricAppendAnswer },
    500: { description: "They cannot be stored.", schema: metricAppendAnswer },
  },
  prepare: ({ MetricData: older, ...body }) => {
    const data = body["metric_data"] ?? older;
    if (!Array.isArray(data)) return { ...body, metric_data: data };
    return { ...body, metric_data: data.map((entry) => withLowerCaseKeys(entry, entryKeys)) };
  },
  refuse: (fault) => ({
    // Clients of the original know one status for everything that could not be stored.
    status: fault.http === 503 ? 500 : fault.http,
    json: { status: "error", message: fault.message } satisfies MetricAppendAnswer,
  }),
  async handle({ metric_data: entries }, { keepMetrics }: MetricAppendNeeds) {
    await keepMetrics((entries ?? []).map(batchOf));
    return { status: 200, json: { status: "ok", message: "" } satisfies MetricAppendAnswer };
  },
});

function batchOf({ hostname, timestamp, metrics }: MetricEntry, place: number): Batch {
  const timestampMs = timestamp * 1000;
  const refuse = (reason: string) =>
    new AgentError("body.invalid", { reason: `metric_data.${place}: ${reason}` });
  const fault = faultOfTime(timestampMs) ?? faultOfHost(hostname);
  if (fault !== undefined) throw refuse(fault);
  const list = Object.entries(metrics ?? {}).map(([name, value]) => {
    const metric = { name, tags: noTags, value, timestampMs };
    const wrong = faultOf(metric);
    if (wrong !== undefined) throw refuse(`metrics.${name.slice(0, 80)}: ${wrong}`);
    return metric;
  });
  return { origin: "append", host: hostname, timestampMs, metrics: list };
}
