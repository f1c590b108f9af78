// POST /metric/append: takes metrics that somebody else measured (contract happo §2.2, §2.3).
import type { Log } from "../../kernel/log.ts";
import type { Pace } from "../../kernel/pace.ts";
import type { Batch } from "../../metric/metric.ts";
import {
  noneRefused,
  type Refused,
  refusedCount,
  refusedText,
  togetherRefused,
} from "../../metric/refused.ts";
import { type BodyFields, withFaults } from "../body-fields.ts";
import { type MetricAppendAnswer, metricAppendAnswer, metricAppendRequest } from "../contract/index.ts";
import { countMetricEntries, metricBatches } from "../metric-entries.ts";
import { defineRoute } from "../route.ts";

export interface MetricAppendNeeds {
  /** Resolves when all but what is refused is on disk for good; rejects, and keeps none, when it cannot be kept. */
  readonly keepMetrics: (batches: readonly Batch[]) => Promise<Refused>;
  readonly pace: Pace;
  readonly log: Log;
}

/** An append up to this size is stored all together or not at all, a larger one in parts: memory is held for one of them. */
const togetherLimit = 10_000;
const partSize = 2000;

export const metricAppend = defineRoute({
  method: "POST",
  path: "/metric/append",
  summary: "Takes metrics that somebody else measured.",
  role: "push",
  input: metricAppendRequest,
  answers: {
    200: { description: "They are stored.", schema: metricAppendAnswer },
    400: { description: "Nothing was stored: the message says why.", schema: metricAppendAnswer },
    500: { description: "They cannot be stored.", schema: metricAppendAnswer },
  },
  takes: "fields",
  fields: ["metric_data", "MetricData"],
  refuse: (fault) => ({
    // Clients of the original know one status for everything that could not be stored.
    status: fault.http === 503 ? 500 : fault.http,
    json: { status: "error", message: fault.message } satisfies MetricAppendAnswer,
  }),
  async handle(body: unknown, { keepMetrics, log, pace }: MetricAppendNeeds, { address }) {
    const fields = body as BodyFields;
    const entries = () => fields.get("metric_data") ?? fields.get("MetricData");
    const leftOut = { count: 0, first: "" };
    const onLeftOut = (what: string, metrics = 1) => {
      if (leftOut.count === 0) leftOut.first = what;
      leftOut.count += metrics;
    };
    const onWrong = (name: string, fault: string) =>
      onLeftOut(`${JSON.stringify(name.slice(0, 80))} is ${fault}`);
    let refused = noneRefused;
    await withFaults(async () => {
      const size = await countMetricEntries(entries(), pace);
      const limit = size <= togetherLimit ? togetherLimit : partSize;
      for await (const part of partsOf(metricBatches(entries(), pace, onWrong), limit))
        refused = togetherRefused(refused, await keepMetrics(part));
    });
    if (refused.size > 0) onLeftOut(refusedText(refused), refusedCount(refused));
    const { count, first } = leftOut;
    const message = count === 0 ? "" : `${count} metrics are left out: ${first}`;
    if (count > 0) log.warning("metrics left out", { address, count, first });
    return { status: 200, json: { status: "ok", message } satisfies MetricAppendAnswer };
  },
});

async function* partsOf(batches: AsyncIterable<Batch>, limit: number): AsyncGenerator<readonly Batch[]> {
  let part: Batch[] = [];
  let size = 0;
  for await (const batch of batches) {
    part.push(batch);
    size += Math.max(1, batch.metrics.length);
    if (size < limit) continue;
    yield part;
    part = [];
    size = 0;
  }
  if (part.length > 0) yield part;
}
