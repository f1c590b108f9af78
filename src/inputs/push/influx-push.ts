// InfluxDB's line protocol, as Telegraf and every Influx client push it: each field becomes a metric of its own.
import { type InfluxPoint, type InfluxValue, parseInfluxLine } from "../../formats/influx-line-parser.ts";
import { influxLines } from "../../formats/influx-lines.ts";
import { faultOf, type Metric } from "../../metric/metric.ts";
import { unkeepable } from "../listener-tally.ts";

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
  readonly metrics: readonly Metric[];
  /** Lines that had something to say. */
  readonly lines: number;
  /** What could not be taken, by one of few reasons. */
  readonly faults: ReadonlyMap<string, number>;
  /** The first line that could not be taken, with all that is wrong with it, for the sender. */
  readonly firstFault: string | undefined;
}

/** Never throws. `precision` is one of the API's words; a line without a time is of now. */
export function readInfluxLines(text: string, precision: string, nowMs: number): Pushed {
  const unitMs = precisions.get(precision) ?? 1e-6;
  const metrics: Metric[] = [];
  const faults = new Map<string, number>();
  let firstFault: string | undefined;
  let lines = 0;
  for (const line of influxLines(text)) {
    const point = parseInfluxLine(line);
    if (point === undefined) continue;
    lines += 1;
    const isPoint = !("fault" in point);
    const fault = isPoint ? addMetrics(point, { unitMs, nowMs }, metrics) : point.fault;
    if (fault === undefined) continue;
    // What is wrong with a metric is said in the sender's own words.
    const reason = isPoint ? unkeepable : fault;
    faults.set(reason, (faults.get(reason) ?? 0) + 1);
    firstFault ??= `unable to parse '${line.slice(0, 100)}': ${fault}`;
  }
  return { metrics, lines, faults, firstFault };
}

/** One for each field that is a number; texts are left out. Says what is wrong with the last that cannot be kept. */
function addMetrics(
  { measurement, tags, fields, timestamp }: InfluxPoint,
  { unitMs, nowMs }: { readonly unitMs: number; readonly nowMs: number },
  metrics: Metric[],
): string | undefined {
  const timestampMs = timestamp === undefined ? nowMs : Math.round(Number(timestamp) * unitMs);
  let wrong: string | undefined;
  for (const [field, given] of fields) {
    const value = numberOf(given);
    if (value === undefined) continue;
    const name = field === "value" ? measurement : `${measurement}.${field}`;
    const metric = { name, tags, value, timestampMs };
    const fault = faultOf(metric);
    if (fault === undefined) metrics.push(metric);
    else wrong = fault;
  }
  return wrong;
}

function numberOf(value: InfluxValue): number | undefined {
  if (typeof value === "boolean") return value ? 1 : 0;
  return typeof value === "string" ? undefined : Number(value);
}
