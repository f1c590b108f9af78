// The module: the host's collectors and the metric programs, each on its own beat, all handing on batches.
import { join } from "node:path";
import { defineModule, type Running } from "../kernel/module.ts";
import type { Batch } from "../metric/metric.ts";
import { type CollectorSet, createCollectorSet } from "./collector-set.ts";
import { allCollectors, type InputsConfig, inputsConfig } from "./config.ts";
import { type LodaPoint, type LodaSettings, type LodaType, lodaMeasurements } from "./loda/index.ts";
import {
  type MetricPrograms,
  type ProgramRun,
  startMetricPrograms,
} from "./metric-programs/metric-programs.ts";

export interface InputsNeeds {
  readonly stateDirectory: string;
  /** Runs a metric program by its base name. */
  readonly runMetricProgram: (request: { name: string; option: string }) => Promise<ProgramRun>;
  /** Takes batches that came together. */
  readonly emit: (batches: readonly Batch[]) => void;
}

export interface Inputs extends Running {
  readonly collectors: Omit<CollectorSet, "stop">;
  readonly metricPrograms: Omit<MetricPrograms, "stop">;
  /** What the loda ecosystem measures, from the collectors' last readings. */
  lodaMeasurements(type: LodaType, settings?: LodaSettings): readonly LodaPoint[];
}

export const inputsModule = defineModule<InputsConfig, InputsNeeds, Inputs>({
  name: "inputs",
  summary: "Measures the host with collectors, and runs metric programs.",
  config: inputsConfig,
  async start(config, needs) {
    const collectors = createCollectorSet(config.collectors, {
      ...needs,
      emit: (batch) => needs.emit([batch]),
    });
    const metricPrograms = startMetricPrograms(config.metric_programs, {
      ...needs,
      defaultFile: join(needs.stateDirectory, "metrics.yaml"),
      runProgram: needs.runMetricProgram,
    });
    collectors.start();
    return {
      collectors,
      metricPrograms,
      lodaMeasurements: (type, settings) =>
        lodaMeasurements(type, (name) => collectors.samples(name), settings),
      async stop() {
        await Promise.all([collectors.stop(), metricPrograms.stop()]);
      },
    };
  },
});

/** The tag that stands as second part in dotted names of a collector's series. */
export function instanceTagOf(collector: string): string | undefined {
  const tag = collectorFacts.get(collector)?.instances?.[0];
  return tag === "" ? undefined : tag;
}

/** What is known of a family of series by the first part of its name, for whoever shows it. */
export const collectorFacts = new Map(
  allCollectors.map(({ name, instances, leaves }) => [name, { instances, leaves }] as const),
);
