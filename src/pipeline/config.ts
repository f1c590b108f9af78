// Configuration of the pipeline: the stages in their order, and how many series each source may have.
import * as z from "zod";
import { duration } from "../kernel/schema.ts";
import { origins } from "../metric/metric.ts";
import type { StageKind } from "./stage.ts";
import { stageKinds } from "./stages/index.ts";

const stageConfig = z
  .strictObject(
    Object.fromEntries(
      stageKinds.map(({ name, config, summary }) => [name, config.optional().describe(summary)]),
    ),
  )
  .refine(
    (stage) => Object.values(stage).filter((settings) => settings !== undefined).length === 1,
    `expected one of ${stageKinds.map(({ name }) => name).join(", ")}`,
  );

export const pipelineConfig = z.strictObject({
  stages: z
    .array(stageConfig)
    .max(100)
    .default([])
    .describe("What every metric goes through before it is kept, in this order, wherever it came in."),
  max_series: z
    .int()
    .min(1)
    .max(1_000_000)
    .default(10_000)
    .describe("Series that each source may have; metrics of further ones are counted and dropped."),
  max_series_of: z
    .partialRecord(z.enum(origins), z.int().min(1).max(1_000_000))
    .default({})
    .describe("The same for single sources."),
  series_silent: duration()
    .prefault("1h")
    .describe(
      "A series without a metric for this long gives its place free, at the latest after twice as long.",
    ),
});

export type PipelineConfig = z.output<typeof pipelineConfig>;

export interface PlannedStage {
  readonly kind: StageKind;
  readonly settings: unknown;
}

/** The stages in their order. */
export function plannedStages({ stages }: PipelineConfig): PlannedStage[] {
  return stages.flatMap((stage) =>
    stageKinds
      .filter(({ name }) => stage[name] !== undefined)
      .map((kind) => ({ kind, settings: stage[kind.name] })),
  );
}
