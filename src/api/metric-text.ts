// The answer of POST /metric as text: stored batches as the original's entries, written straight into JSON.
import type { Batch, Metric, Origin } from "../metric/metric.ts";
import { seriesKey } from "../metric/series.ts";

/** `{"metric_data":[…],"message":""}`; null for no batches (contract happo §2.2). `next` is for readers with a cursor. */
export function metricText(batches: readonly Batch[], ownHost: string, next?: string): string {
  const entries = batches.flatMap((batch) => entriesOf(batch, ownHost));
  const data = entries.length === 0 ? "null" : `[${entries.join(",")}]`;
  const tail = next === undefined ? "" : `,"next":${JSON.stringify(next)}`;
  return `{"metric_data":${data},"message":""${tail}}`;
}

/** A name goes out as it came in; only behind a series' tags have its signs to be told from theirs. */
function nameOf(metric: Metric): string {
  for (const _ in metric.tags) return seriesKey(metric);
  return metric.name;
}

/** What these bring is an entry as it stands, with its host and its time (contract happo §5.3, §5.6). */
const entryOrigins: readonly Origin[] = ["append", "programs"];

interface Entry {
  /** Unix seconds. */
  readonly seconds: number;
  /** The values' texts by the names of their series: a series with tags is named with them. */
  readonly values: Map<string, string>;
}

/** An entry has one time, and each name once: a batch that has more of either is several entries. */
function entriesOf(batch: Batch, ownHost: string): string[] {
  const isEntry = entryOrigins.includes(batch.origin);
  const host = batch.host === "" && !isEntry ? ownHost : batch.host;
  const entries: Entry[] = isEntry || batch.metrics.length === 0 ? [entryAt(batch.timestampMs)] : [];
  const open = new Map<number, Entry>(entries.map((entry) => [entry.seconds, entry]));
  for (const metric of batch.metrics) {
    const seconds = secondsOf(isEntry ? batch.timestampMs : metric.timestampMs);
    const name = nameOf(metric);
    let entry = open.get(seconds);
    if (entry === undefined || entry.values.has(name)) {
      entry = entryAt(seconds * 1000);
      entries.push(entry);
      open.set(seconds, entry);
    }
    entry.values.set(name, numberText(metric));
  }
  return entries.map((entry) => entryText(entry, host));
}

function entryAt(timestampMs: number): Entry {
  return { seconds: secondsOf(timestampMs), values: new Map() };
}

function secondsOf(timestampMs: number): number {
  return Math.floor(timestampMs / 1000);
}

function entryText({ seconds, values }: Entry, host: string): string {
  const metrics = [...values].map(([name, value]) => `${JSON.stringify(name)}:${value}`);
  return `{"hostname":${JSON.stringify(host)},"timestamp":${seconds},"metrics":{${metrics.join(",")}}}`;
}

/** JSON.stringify would lose the sign of zero. */
function numberText({ value }: Metric): string {
  return Object.is(value, -0) ? "-0" : String(value);
}
