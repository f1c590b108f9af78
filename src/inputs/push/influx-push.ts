// InfluxDB's line protocol, as Telegraf and every Influx client push it: each field becomes a metric of its own.
import { type InfluxPoint, type InfluxValue, parseInfluxLine } from "../../formats/influx-line-parser.ts";
import { influxLines } from "../../formats/influx-lines.ts";
import type { Pace } from "../../kernel/pace.ts";
import { faultOf, type Metric } from "../../metric/metric.ts";
import type { Refused } from "../../metric/refused.ts";
import { unkeepable } from "../listener-tally.ts";
import { createMetricParts, type MetricParts } from "./metric-parts.ts";

/** Milliseconds of one unit of each precision, in the words of both generations of the API. */
const precisions: ReadonlyMap<string, number> = new Map([
  ["ns", 1e-6],
  ["n", 1e-6],
  ["us", 1e-3],
  ["u", 1e-3],
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
]);

export interface Pushed {
  /** Metrics that are kept. */
  readonly kept: number;
  /** Lines that had something to say. */
  readonly lines: number;
  /** What could not be taken, by one of few reasons. */
  readonly faults: ReadonlyMap<string, number>;
  /** The first line that could not be taken, with all that is wrong with it, for the sender. */
  readonly firstFault: string | undefined;
  /** What was right and nobody can keep. */
  readonly refused: Refused;
}

export interface InfluxPush {
  readonly text: string;
  /** One of the API's words. */
  readonly precision: string;
  /** For lines without a time. */
  readonly nowMs: number;
}

export interface InfluxPushNeeds {
  /** Resolves when all but what is refused is kept for good. */
  readonly keep: (metrics: readonly Metric[]) => Promise<Refused>;
  readonly pace: Pace;
}

/** What is longer is no line of anybody's, and would be read in one go. */
const lineLimit = 256 * 1024;

/** Keeps what is right, part by part. Rejects as `keep` does, and not otherwise. */
export async function readInfluxLines(
  { text, precision, nowMs }: InfluxPush,
  { keep, pace }: InfluxPushNeeds,
): Promise<Pushed> {
  const parts = createMetricParts(text.length, keep);
  const taken = { unitMs: precisions.get(precision) ?? 1e-6, nowMs, parts };
  const faults = new Map<string, number>();
  let firstFault: string | undefined;
  let lines = 0;
  for (const line of influxLines(text, lineLimit)) {
    if (pace.isDue) await pace.yield();
    const read = takeLine(line, taken);
    if (read === undefined) continue;
    lines += 1;
    if (parts.isFull) await parts.keep();
    if (read === "taken") continue;
    faults.set(read.reason, (faults.get(read.reason) ?? 0) + 1);
    firstFault ??= `unable to parse '${line.slice(0, 100)}': ${read.detail}`;
  }
  await parts.keep();
  return { kept: parts.kept, lines, faults, firstFault, refused: parts.refused };
}

interface Taking {
  readonly unitMs: number;
  readonly nowMs: number;
  readonly parts: MetricParts;
}

/** Undefined for a line that says nothing; why it cannot be taken, in few words for counts and in the sender's own. */
function takeLine(line: string, taking: Taking): "taken" | { reason: string; detail: string } | undefined {
  if (line.length > lineLimit) return { reason: tooLong, detail: tooLong };
  const point = parseInfluxLine(line);
  if (point === undefined) return undefined;
  if ("fault" in point) return { reason: point.fault, detail: point.fault };
  const detail = addMetrics(point, taking);
  return detail === undefined ? "taken" : { reason: unkeepable, detail };
}

const tooLong = `a line of more than ${lineLimit} characters`;

/** One for each field that is a number; texts are left out. Says what is wrong with the last that cannot be kept. */
function addMetrics(
  { measurement, tags, fields, timestamp }: InfluxPoint,
  { unitMs, nowMs, parts }: Taking,
): string | undefined {
  const timestampMs = timestamp === undefined ? nowMs : Math.round(Number(timestamp) * unitMs);
  let wrong: string | undefined;
  for (const [field, given] of fields) {
    const value = numberOf(given);
    if (value === undefined) continue;
    const name = field === "value" ? measurement : `${measurement}.${field}`;
    const metric = { name, tags, value, timestampMs };
    const fault = faultOf(metric);
    if (fault === undefined) parts.add(metric);
    else wrong = fault;
  }
  return wrong;
}

function numberOf(value: InfluxValue): number | undefined {
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "string" ? undefined : Number(value);
}
