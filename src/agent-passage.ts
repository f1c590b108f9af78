// The passage: batches go through the pipeline once and from there to the store, and what nobody can keep is told.
import type { Pace } from "./kernel/pace.ts";
import type { Batch } from "./metric/metric.ts";
import { noneRefused, type Refused, togetherRefused } from "./metric/refused.ts";

interface PassageNeeds {
  readonly pace: Pace;
  readonly pipeline: {
    process(batches: readonly Batch[], onRefused: (refused: Refused) => void): readonly Batch[];
  };
  readonly store: {
    keep(batches: readonly Batch[]): Promise<Refused>;
    offer(batches: readonly Batch[]): Refused;
  };
}

export interface Passage {
  /** Takes batches in without waiting. */
  emit(batches: readonly Batch[]): Refused;
  /** Resolves when all but what is refused is kept for good. */
  keep(batches: readonly Batch[]): Promise<Refused>;
}

export function createPassage({ pace, pipeline, store }: PassageNeeds): Passage {
  return {
    emit(batches) {
      let refused = noneRefused;
      const passed = pipeline.process(batches, (more) => {
        refused = togetherRefused(refused, more);
      });
      return togetherRefused(refused, store.offer(passed));
    },
    async keep(batches) {
      let refused = noneRefused;
      const passed: Batch[] = [];
      for (const batch of batches) {
        const left = pipeline.process([batch], (more) => {
          refused = togetherRefused(refused, more);
        });
        passed.push(...left);
        if (pace.isDue) await pace.yield();
      }
      return togetherRefused(refused, await store.keep(passed));
    },
  };
}
