// From what a program wrote to a batch of metrics, in the three forms that programs write.
import { parsePerformanceData } from "../../formats/nagios-perfdata.ts";
import { parseExposition } from "../../formats/prometheus-text.ts";
import { parseSensuMetrics } from "../../formats/sensu-metric.ts";
import { type Batch, faultOf, type Metric, noTags } from "../../metric/metric.ts";
import type { PlannedProgram } from "./metric-plan.ts";

export interface ProgramMetrics {
  /** Undefined when the program said no metric at all. */
  readonly batch: Batch | undefined;
  /** Metrics that were left out. */
  readonly refusedCount: number;
  /** Some of the reasons. */
  readonly refused: readonly string[];
}

export interface ProgramReport {
  readonly program: PlannedProgram;
  readonly host: string;
  /** Standard output; its last line is left out when it has no end. */
  readonly output: string;
  readonly nowMs: number;
}

/** Total: whatever the output is. */
export function metricsOfProgram({ program, host, output, nowMs }: ProgramReport): ProgramMetrics {
  const found = readers[program.format](output, program, nowMs);
  const sound = found.metrics.filter((metric) => faultOf(metric) === undefined);
  const refusedCount = found.refusedCount + found.metrics.length - sound.length;
  const { timestampMs, refused = [] } = found;
  if (sound.length === 0) return { batch: undefined, refusedCount, refused };
  return { batch: { origin: "programs", host, timestampMs, metrics: sound }, refusedCount, refused };
}

interface Found {
  readonly metrics: readonly Metric[];
  readonly timestampMs: number;
  readonly refusedCount: number;
  readonly refused?: readonly string[];
}

const readers: Record<
  PlannedProgram["format"],
  (output: string, program: PlannedProgram, nowMs: number) => Found
> = { sensu: fromSensu, nagios: fromNagios, prometheus: fromPrometheus };

/** One time for all lines, the largest (contract happo §5.3). */
function fromSensu(output: string): Found {
  const { values, timestamp, refused, refusedCount } = parseSensuMetrics(output);
  const timestampMs = timestamp * 1000;
  const metrics = [...values].map(([name, value]) => ({ name, tags: noTags, value, timestampMs }));
  return { metrics, timestampMs, refused, refusedCount };
}

/** A label is named after its program: labels alone say little (`time`, `size`). */
function fromNagios(output: string, { name: program }: PlannedProgram, nowMs: number): Found {
  const { data, refusedCount } = parsePerformanceData(output);
  const metrics = data.map(({ label, value, unit }) => ({
    name: `${program}.${label}`,
    tags: unit === "" ? noTags : { unit },
    value,
    timestampMs: nowMs,
  }));
  return { metrics, timestampMs: nowMs, refusedCount };
}

function fromPrometheus(output: string, _program: PlannedProgram, nowMs: number): Found {
  const { samples, refusedCount } = parseExposition(output);
  const metrics = samples.map(({ name, labels, value, timestampMs }) => ({
    name,
    // A label without a value is the same as none.
    tags: Object.fromEntries(Object.entries(labels).filter(([, text]) => text !== "")),
    value,
    timestampMs: timestampMs ?? nowMs,
  }));
  return { metrics, timestampMs: nowMs, refusedCount };
}
