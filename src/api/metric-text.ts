// The answer of POST /metric as text: stored batches as the original's entries, written straight into JSON.
import type { Batch } from "../metric/metric.ts";
import { seriesKey } from "../metric/series.ts";

/** `{"metric_data":[…],"message":""}`; null for no batches (contract happo §2.2). `next` is for readers with a cursor. */
export function metricText(batches: readonly Batch[], ownHost: string, next?: string): string {
  const entries = batches.map((batch) => entryText(batch, ownHost));
  const data = entries.length === 0 ? "null" : `[${entries.join(",")}]`;
  const tail = next === undefined ? "" : `,"next":${JSON.stringify(next)}`;
  return `{"metric_data":${data},"message":""${tail}}`;
}

/** Timestamps were whole seconds when they came; a series with tags is named with them. */
function entryText({ host, timestampMs, metrics, origin }: Batch, ownHost: string): string {
  const name = origin === "collectors" && host === "" ? ownHost : host;
  const values = metrics.map((metric) => `${JSON.stringify(seriesKey(metric))}:${numberText(metric.value)}`);
  const seconds = Math.floor(timestampMs / 1000);
  return `{"hostname":${JSON.stringify(name)},"timestamp":${seconds},"metrics":{${values.join(",")}}}`;
}

/** JSON.stringify would lose the sign of zero. */
function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
