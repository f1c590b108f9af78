// What a stage is: it takes batches and gives what is left of them, and may give further ones later.
import type * as z from "zod";
import type { Clock } from "../kernel/clock.ts";
import type { Batch } from "../metric/metric.ts";

export interface Stage {
  /** What is left of a batch; undefined when nothing is. The same batch when it has nothing to do with it. */
  process(batch: Batch): Batch | undefined;
  /** What has become due; asked about once a second. */
  due?(): readonly Batch[];
  /** Everything that it holds back, due or not: asked for once, at the end, when nothing comes in any more. */
  drain?(): readonly Batch[];
}

export interface StageNeeds {
  readonly clock: Clock;
  /** Told of metrics that had to be dropped, and why: one of few reasons. */
  readonly onDrop: (metrics: number, reason: string) => void;
}

interface StageDefinition<Config> {
  /** Its key in the list of stages, such as `rename`. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  readonly config: z.ZodType<Config>;
  readonly create: (config: Config, needs: StageNeeds) => Stage;
}

/** A stage's kind with its configuration's type closed over, so that unlike ones stand in one list. */
export interface StageKind {
  readonly name: string;
  readonly summary: string;
  readonly config: z.ZodType;
  readonly create: (config: unknown, needs: StageNeeds) => Stage;
}

export function defineStage<Config>({ create, ...facts }: StageDefinition<Config>): StageKind {
  return { ...facts, create: (config, needs) => create(config as Config, needs) };
}
