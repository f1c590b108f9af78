// One round of everything, without a daemon: what `yagura test` prints.
import { join } from "node:path";
import type { Context } from "../kernel/module.ts";
import type { Batch } from "../metric/metric.ts";
import type { CollectorReport } from "./collector-run.ts";
import { createCollectorSet } from "./collector-set.ts";
import type { InputsConfig } from "./config.ts";
import type { InputsNeeds } from "./inputs.ts";
import { startMetricPrograms } from "./metric-programs/metric-programs.ts";

export interface Round {
  readonly reports: readonly CollectorReport[];
  readonly programs: readonly Batch[];
}

/** Every collector that is switched on, and every metric program of the plan, once. */
export async function measureOnce(
  config: InputsConfig,
  needs: Context & Pick<InputsNeeds, "stateDirectory" | "runMetricProgram">,
): Promise<Round> {
  const emit = () => {};
  const nothing = () => {};
  const collectors = createCollectorSet(config.collectors, {
    ...needs,
    ...{ emit, onChange: nothing, onReading: nothing },
    // Nobody found out what this host is.
    isInGroup: () => false,
  });
  const metricPrograms = startMetricPrograms(
    { ...config.metric_programs, enabled: false },
    {
      ...needs,
      emit,
      defaultFile: join(needs.stateDirectory, "metrics.yaml"),
      runProgram: needs.runMetricProgram,
    },
  );
  const [programs] = await Promise.all([metricPrograms.collect(), collectors.runOnce()]);
  return { reports: collectors.reports(), programs };
}
