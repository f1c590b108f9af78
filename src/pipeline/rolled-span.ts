// What came of one series within one span of time, and the metrics that are made of it.
import { ownText, ownTexts } from "../kernel/own-text.ts";
import { type Batch, faultOf, type Metric, type Tags } from "../metric/metric.ts";

export const aggregates = ["avg", "min", "max", "sum", "count", "last"] as const;
export type Aggregate = (typeof aggregates)[number];

/** What the metrics of a batch have in common. */
export interface Source {
  readonly facts: Pick<Batch, "origin" | "collector" | "host">;
  /** Another one for each. */
  readonly key: string;
}

export interface RolledSpan {
  readonly name: string;
  readonly tags: Tags;
  readonly source: Source;
  /** Of the series, wherever it came in. */
  readonly key: string;
  readonly endMs: number;
  sum: number;
  count: number;
  min: number;
  max: number;
  last: number;
  lastMs: number;
}

/** A span with its first value. */
export function beginSpan(
  { name, tags, value, timestampMs }: Metric,
  facts: Pick<RolledSpan, "source" | "key" | "endMs">,
): RolledSpan {
  return {
    ...{ name: ownText(name), tags: ownTexts(tags), ...facts },
    ...{ sum: value, count: 1, min: value, max: value, last: value, lastMs: timestampMs },
  };
}

export function addToSpan(span: RolledSpan, { value, timestampMs }: Metric): void {
  span.sum += value;
  span.count += 1;
  if (value < span.min) span.min = value;
  if (value > span.max) span.max = value;
  if (timestampMs < span.lastMs) return;
  span.last = value;
  span.lastMs = timestampMs;
}

/** One batch for each source and span, older spans first; `onFault` is told of each result that is no metric. */
export function batchesOfSpans(
  spans: readonly RolledSpan[],
  wanted: readonly Aggregate[],
  onFault: () => void,
): Batch[] {
  const groups = new Map<string, Batch & { readonly metrics: Metric[] }>();
  for (const span of spans) {
    const { source, endMs: timestampMs } = span;
    const key = `${timestampMs}\n${source.key}`;
    const group = groups.get(key) ?? { ...source.facts, timestampMs, metrics: [] };
    groups.set(key, group);
    for (const metric of metricsOf(span, wanted)) {
      if (faultOf(metric) === undefined) group.metrics.push(metric);
      else onFault();
    }
  }
  return [...groups.values()]
    .filter(({ metrics }) => metrics.length > 0)
    .sort((one, other) => one.timestampMs - other.timestampMs);
}

export function sourceOf({ origin, collector, host }: Batch): Source {
  const facts = { origin, host, ...(collector === undefined ? {} : { collector }) };
  // No name has a newline.
  return { facts, key: ownText(`${origin}\n${collector ?? ""}\n${host}`) };
}

function metricsOf({ name, tags, endMs, ...values }: RolledSpan, wanted: readonly Aggregate[]): Metric[] {
  return wanted.map((aggregate) => ({
    name: wanted.length === 1 ? name : `${name}.${aggregate}`,
    tags,
    value: aggregate === "avg" ? values.sum / values.count : values[aggregate],
    timestampMs: endMs,
  }));
}
