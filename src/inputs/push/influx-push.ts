// InfluxDB's line protocol, as Telegraf and every Influx client push it: each field becomes a metric of its own.
import { type InfluxPoint, type InfluxValue, parseInfluxLine } from "../../formats/influx-line-parser.ts";
import { faultOf, type Metric } from "../../metric/metric.ts";

/** Milliseconds of one unit of each precision, in the words of both generations of the API. */
const precisions: Readonly<Record<string, number>> = {
  ns: 1e-6,
  n: 1e-6,
  us: 1e-3,
  u: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

export interface Pushed {
  readonly metrics: readonly Metric[];
  /** Lines that had something to say. */
  readonly lines: number;
  /** What could not be taken, by reason. */
  readonly faults: ReadonlyMap<string, number>;
  /** The first line that could not be taken, for the sender. */
  readonly firstFault: string | undefined;
}

/** Never throws. `precision` is one of the API's words; a line without a time is of now. */
export function readInfluxLines(text: string, precision: string, nowMs: number): Pushed {
  const unitMs = precisions[precision] ?? 1e-6;
  const metrics: Metric[] = [];
  const faults = new Map<string, number>();
  let firstFault: string | undefined;
  let lines = 0;
  for (const line of linesOf(text)) {
    const point = parseInfluxLine(line);
    if (point === undefined) continue;
    lines += 1;
    const fault = "fault" in point ? point.fault : addMetrics(point, { unitMs, nowMs }, metrics);
    if (fault === undefined) continue;
    faults.set(fault, (faults.get(fault) ?? 0) + 1);
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

/** Texts in quotes may hold a newline, and then go on in the next line. */
function* linesOf(text: string): Generator<string> {
  let begun: string[] = [];
  for (const line of text.split("\n")) {
    if (begun.length === 0 && !line.includes('"')) {
      yield line;
      continue;
    }
    begun.push(line);
    if (isOpen(begun)) continue;
    yield begun.join(" ");
    begun = [];
  }
  if (begun.length > 0) yield begun.join(" ");
}

/** How many unescaped quotes the newest part of a line has decides whether it goes on; the parts before are open. */
function isOpen(parts: readonly string[]): boolean {
  let quotes = 0;
  const newest = parts.at(-1) ?? "";
  for (let at = 0; at < newest.length; at += 1) {
    if (newest[at] === "\\") at += 1;
    else if (newest[at] === '"') quotes += 1;
  }
  const isOdd = quotes % 2 === 1;
  return parts.length === 1 ? isOdd : !isOdd;
}
