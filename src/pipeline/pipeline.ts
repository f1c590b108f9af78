// The module: every batch passes here once, from wherever it came in to where it is kept.

import { keptBriefly } from "../kernel/kept-briefly.ts";
import { defineModule, type Running } from "../kernel/module.ts";
import { startSchedule } from "../kernel/schedule.ts";
import type { Batch } from "../metric/metric.ts";
import type { Refused } from "../metric/refused.ts";
import { type PipelineConfig, pipelineConfig, plannedStages } from "./config.ts";
import { SeriesGuard, type SourceReport } from "./series-guard.ts";
import type { Stage } from "./stage.ts";
import { createTaps, type Taps } from "./taps.ts";

export interface PipelineNeeds {
  /** Names of the outputs, at which one can watch, too. */
  readonly outputNames: readonly string[];
  /** Takes what stages give by themselves, later than what they were given. */
  readonly emit: (batches: readonly Batch[]) => void;
}

export interface Pipeline extends Running {
  /** What is left of batches that came together; `onRefused` is told of series for which there is no room. */
  process(batches: readonly Batch[], onRefused?: (refused: Refused) => void): readonly Batch[];
  readonly taps: Taps;
  /** Series of each source, with the largest shares: `sharesAtMost` of each kind. */
  seriesReports(): Promise<readonly SourceReport[]>;
}

const dueEveryMs = 1000;
const overflowEveryMs = 10_000;
const sharesAtMost = 100;
const tooManySeries = "a series beyond pipeline.max_series";

export const pipelineModule = defineModule<PipelineConfig, PipelineNeeds, Pipeline>({
  name: "pipeline",
  summary:
    "Renames, tags, filters, rates and rolls up metrics on their way, and limits how many series there are.",
  config: pipelineConfig,
  async start(config, needs) {
    const { clock, emit, telemetry } = needs;
    const onDrop = (metrics: number, reason: string) =>
      telemetry
        .counter("pipeline_dropped_total", "Metrics dropped by a stage that could not use them.", { reason })
        .add(metrics);
    const stages = plannedStages(config).map(({ kind, settings }) =>
      kind.create(settings, { clock, onDrop }),
    );
    const guard = new SeriesGuard((origin) => config.max_series_of[origin] ?? config.max_series);
    const taps = createTaps(["inputs", "pipeline", ...needs.outputNames.map((name) => `outputs.${name}`)]);
    const pass = (batches: readonly Batch[], from: number, onRefused?: (refused: Refused) => void) => {
      const passed: Batch[] = [];
      let refused = 0;
      for (const batch of batches) {
        const left = through(stages, batch, from);
        const admitted = left && guard.admit(left);
        if (admitted !== undefined) passed.push(admitted);
        refused += (left?.metrics.length ?? 0) - (admitted?.metrics.length ?? 0);
      }
      if (refused > 0) onRefused?.(new Map([[tooManySeries, refused]]));
      taps.publish("pipeline", passed);
      return passed;
    };
    // In their order: a later stage takes what an earlier one gives before it is asked itself.
    const give = (of: (stage: Stage) => readonly Batch[] | undefined) => {
      stages.forEach((stage, place) => {
        const given = of(stage) ?? [];
        if (given.length > 0) emit(pass(given, place + 1));
      });
    };
    const giveDue = () => give((stage) => stage.due?.());
    const giveOverflow = () => {
      const overflow = guard.takeOverflow(clock.now());
      if (overflow !== undefined) emit([overflow]);
    };
    const chores = [
      startSchedule({ name: "pipeline.due", everyMs: dueEveryMs, run: giveDue }, needs),
      startSchedule({ name: "pipeline.overflow", everyMs: overflowEveryMs, run: giveOverflow }, needs),
      startSchedule(
        { name: "pipeline.series", everyMs: config.series_silent, run: () => guard.turn() },
        needs,
      ),
    ];
    const end = async () => {
      await Promise.all(chores.map((chore) => chore.stop()));
      give((stage) => stage.drain?.());
    };
    let ended: Promise<void> | undefined;
    return {
      process(batches, onRefused) {
        taps.publish("inputs", batches);
        return pass(batches, 0, onRefused);
      },
      taps,
      seriesReports: keptBriefly(() => guard.reports(sharesAtMost, needs.pace), 0, clock),
      stop() {
        ended ??= end();
        return ended;
      },
    };
  },
});

function through(stages: readonly Stage[], batch: Batch, from: number): Batch | undefined {
  let left: Batch | undefined = batch;
  for (let place = from; left !== undefined && place < stages.length; place += 1)
    left = stages[place]?.process(left);
  return left;
}
