// roll_up: puts the values of a span of time together, so that one value leaves where many came.
import * as z from "zod";
import { duration } from "../../kernel/schema.ts";
import type { Batch, Metric, Origin, Tags } from "../../metric/metric.ts";
import { seriesKey } from "../../metric/series.ts";
import { selectionKeys, selectorOf } from "../selection.ts";
import { defineStage } from "../stage.ts";

const aggregates = ["avg", "min", "max", "sum", "count", "last"] as const;
type Aggregate = (typeof aggregates)[number];

/** What came of one series in one span. */
interface Rolled {
  readonly name: string;
  readonly tags: Tags;
  readonly host: string;
  readonly origin: Origin;
  readonly endMs: number;
  sum: number;
  count: number;
  min: number;
  max: number;
  last: number;
  lastMs: number;
}

const rolledAtMost = 100_000;
const leastMs = 1000;

export const rollUp = defineStage({
  name: "roll_up",
  summary: "Puts the values of a span of time together.",
  config: z.strictObject({
    ...selectionKeys,
    every: duration()
      .refine((ms) => ms >= leastMs, "must be 1s or more")
      .describe(
        "The span: values with times within the same span become one, stamped with its end; 1s or more.",
      ),
    aggregate: z
      .array(z.enum(aggregates))
      .min(1)
      .default(["avg"])
      .describe("What is made of them; with several, each is a series with the word behind its name."),
    wait: duration()
      .prefault("5s")
      .describe("Values may come late by this much after the end of their span."),
    keep: z.boolean().default(false).describe("True lets the values themselves pass, too."),
  }),
  create({ every: everyMs, aggregate: wanted, wait: waitMs, keep, ...selection }, { clock, onDrop }) {
    const selector = selectorOf(selection);
    const rolled = new Map<string, Rolled>();
    const take = (metric: Metric, { host, origin }: Batch) => {
      const endMs = (Math.floor(metric.timestampMs / everyMs) + 1) * everyMs;
      const key = `${endMs} ${origin} ${host} ${seriesKey(metric)}`;
      const known = rolled.get(key);
      if (known !== undefined) add(known, metric);
      else if (rolled.size >= rolledAtMost) onDrop(1, "roll_up: too many series");
      else rolled.set(key, begun(metric, { host, origin, endMs }));
    };
    return {
      process(batch) {
        if (!selector.concerns(batch)) return batch;
        const taken = new Set(batch.metrics.filter((metric) => selector.selects(metric, batch)));
        for (const metric of taken) take(metric, batch);
        if (keep || taken.size === 0) return batch;
        const metrics = batch.metrics.filter((metric) => !taken.has(metric));
        return metrics.length === 0 ? undefined : { ...batch, metrics };
      },
      due() {
        const beforeMs = clock.now() - waitMs;
        const over: Rolled[] = [];
        for (const [key, one] of rolled) {
          if (one.endMs > beforeMs) continue;
          over.push(one);
          rolled.delete(key);
        }
        return batchesOf(over, wanted);
      },
    };
  },
});

function begun(
  { name, tags, value, timestampMs }: Metric,
  facts: { host: string; origin: Origin; endMs: number },
): Rolled {
  const at = { last: value, lastMs: timestampMs };
  return { name, tags, ...facts, sum: value, count: 1, min: value, max: value, ...at };
}

function add(rolled: Rolled, { value, timestampMs }: Metric): void {
  rolled.sum += value;
  rolled.count += 1;
  if (value < rolled.min) rolled.min = value;
  if (value > rolled.max) rolled.max = value;
  if (timestampMs < rolled.lastMs) return;
  rolled.last = value;
  rolled.lastMs = timestampMs;
}

/** One batch for each host, origin and span. */
function batchesOf(all: readonly Rolled[], wanted: readonly Aggregate[]): Batch[] {
  const groups = new Map<string, { origin: Origin; host: string; timestampMs: number; metrics: Metric[] }>();
  for (const one of all) {
    const { host, origin, endMs: timestampMs } = one;
    const key = `${timestampMs} ${origin} ${host}`;
    const group = groups.get(key) ?? { origin, host, timestampMs, metrics: [] };
    groups.set(key, group);
    for (const aggregate of wanted) {
      const name = wanted.length === 1 ? one.name : `${one.name}.${aggregate}`;
      group.metrics.push({ name, tags: one.tags, value: valueBy(one, aggregate), timestampMs });
    }
  }
  return [...groups.values()];
}

function valueBy(rolled: Rolled, aggregate: Aggregate): number {
  return aggregate === "avg" ? rolled.sum / rolled.count : rolled[aggregate];
}
