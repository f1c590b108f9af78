// The entries of POST /metric/append, however many: checked as they are read, made into batches a few thousand at a time.
import * as z from "zod";
import type { JsonReader } from "../formats/json-reader.ts";
import { AgentError } from "../kernel/errors.ts";
import type { Pace } from "../kernel/pace.ts";
import { type Batch, faultOfHost, faultOfName, faultOfTime, type Metric, noTags } from "../metric/metric.ts";
import { nameOf, skip } from "./body-fields.ts";
import { metricEntry } from "./contract/metric.ts";

/** Told of each metric whose name cannot be kept: it is left out, and nothing else is. */
export type OnLeftOut = (name: string, fault: string) => void;

/** Metrics of one batch; an entry that has more becomes several. */
const batchMetrics = 2000;
const entryKeys = ["hostname", "timestamp", "metrics"] as const;
const head = z.object({ hostname: metricEntry.shape.hostname, timestamp: metricEntry.shape.timestamp });

interface Entry {
  readonly place: number;
  readonly hostname: string;
  readonly timestampMs: number;
  readonly metrics: JsonReader | undefined;
}

type ReadEntry = Entry & { readonly onLeftOut: OnLeftOut };

/**
 * Gives the batches in their order. `list` stands at the entries; undefined and null are none. Throws `body.invalid` with
 * the place of the first fault, and `JsonFault`.
 */
export async function* metricBatches(
  list: JsonReader | undefined,
  pace: Pace,
  onLeftOut: OnLeftOut = () => {},
): AsyncGenerator<Batch> {
  if (list === undefined || isNull(list)) return;
  if (list.kind !== "list")
    throw new AgentError("body.invalid", { reason: "metric_data: expected an array" });
  const next = list.enter("list");
  for (let place = 0; next(); place += 1) {
    yield* batchesOf({ ...(await readEntry(list, place, pace)), onLeftOut }, pace);
    if (pace.isDue) await pace.yield();
  }
}

/** The same, looked at only. Gives how many metrics and entries there are. */
export async function countMetricEntries(list: JsonReader | undefined, pace: Pace): Promise<number> {
  let count = 0;
  for await (const { metrics } of metricBatches(list, pace)) count += Math.max(1, metrics.length);
  return count;
}

async function readEntry(reader: JsonReader, place: number, pace: Pace): Promise<Entry> {
  const found = await placesIn(reader, place, pace);
  const given = {
    hostname: shortAt("hostname", found, place),
    timestamp: shortAt("timestamp", found, place),
  };
  const parsed = head.safeParse(given);
  const [issue] = parsed.error?.issues ?? [];
  if (!parsed.success) throw invalid(place, `${issue?.path.join(".")}: ${issue?.message}`);
  const { hostname, timestamp } = parsed.data;
  const timestampMs = timestamp * 1000;
  const fault = faultOfTime(timestampMs) ?? faultOfHost(hostname);
  if (fault !== undefined) throw invalid(place, fault);
  const metrics = found.get("metrics");
  return { place, hostname, timestampMs, metrics: metrics && !isNull(metrics) ? metrics : undefined };
}

/** What is longer would be built in one go, to be refused. */
const shortBytes = 16 * 1024;

function shortAt(name: string, found: ReadonlyMap<string, JsonReader>, place: number): unknown {
  const reader = found.get(name);
  if (reader?.fits(shortBytes) === false) throw invalid(place, `${name}: more than ${shortBytes} bytes`);
  return reader?.value() ?? undefined;
}

/** Where the values of an entry stand: they may come in any order. */
async function placesIn(reader: JsonReader, place: number, pace: Pace): Promise<Map<string, JsonReader>> {
  if (reader.kind !== "map") throw invalid(place, "expected an object");
  const found = new Map<string, JsonReader>();
  const next = reader.enter("map");
  while (next()) {
    const key = reader.key();
    const name = nameOf(key, entryKeys);
    if (name !== undefined && (key === name || !found.has(name))) found.set(name, reader.from(reader.offset));
    await skip(reader, pace);
    if (pace.isDue) await pace.yield();
  }
  return found;
}

/** An entry without metrics is a batch too: a report that says nothing is a report. */
async function* batchesOf(entry: ReadEntry, pace: Pace): AsyncGenerator<Batch> {
  const { hostname: host, timestampMs } = entry;
  let isFirst = true;
  for await (const metrics of metricsOf(entry, pace)) {
    isFirst = false;
    yield { origin: "append", host, timestampMs, metrics };
  }
  if (isFirst) yield { origin: "append", host, timestampMs, metrics: [] };
}

/** Of several metrics of one name within a batch the last one counts, as the runtime's own reader has it. */
async function* metricsOf({ metrics: reader, ...entry }: ReadEntry, pace: Pace): AsyncGenerator<Metric[]> {
  if (reader === undefined) return;
  if (reader.kind !== "map") throw invalid(entry.place, "metrics: expected an object");
  const next = reader.enter("map");
  let batch = new Map<string, Metric>();
  while (next()) {
    const metric = readMetric(reader, entry);
    const fault = faultOfKept(metric.name);
    if (fault === undefined) batch.set(metric.name, metric);
    else entry.onLeftOut(metric.name, fault);
    if (pace.isDue) await pace.yield();
    if (batch.size < batchMetrics) continue;
    yield [...batch.values()];
    batch = new Map();
  }
  if (batch.size > 0) yield [...batch.values()];
}

function readMetric(
  reader: JsonReader,
  { place, timestampMs }: Pick<Entry, "place" | "timestampMs">,
): Metric {
  const name = reader.key();
  const value = reader.kind === "scalar" && reader.fits(shortBytes) ? reader.value() : undefined;
  const shown = `metrics.${name.slice(0, 80)}`;
  if (typeof value !== "number") throw invalid(place, `${shown}: expected a number`);
  if (!Number.isFinite(value)) throw invalid(place, `${shown}: the value ${value} is not finite`);
  return { name, tags: noTags, value, timestampMs };
}

/** The original knows the empty name, too. */
function faultOfKept(name: string): string | undefined {
  return name === "" ? undefined : faultOfName(name);
}

function isNull(reader: JsonReader): boolean {
  return reader.kind === "scalar" && reader.from(reader.offset).value() === null;
}

function invalid(place: number, reason: string): AgentError {
  return new AgentError("body.invalid", { reason: `metric_data.${place}: ${reason}` });
}
