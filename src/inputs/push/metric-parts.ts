// Metrics of one push, kept part by part as they are read: memory is held for one part and not for all of them.
import type { Metric } from "../../metric/metric.ts";
import { noneRefused, type Refused, refusedCount, togetherRefused } from "../../metric/refused.ts";

export interface MetricParts {
  add(metric: Metric): void;
  /** Whether a part is full: to be kept before more is added. */
  readonly isFull: boolean;
  /** Resolves when what was added is kept for good. */
  keep(): Promise<void>;
  /** Metrics that are kept. */
  readonly kept: number;
  /** What nobody can keep. */
  readonly refused: Refused;
}

/** A push that is not large is kept at once; of a large one so many metrics at a time. */
const [partOfSmall, partOfLarge] = [10_000, 2000] as const;
const largeBytes = 1024 * 1024;

export function createMetricParts(
  bodyBytes: number,
  keep: (metrics: readonly Metric[]) => Promise<Refused>,
): MetricParts {
  const limit = bodyBytes > largeBytes ? partOfLarge : partOfSmall;
  let part: Metric[] = [];
  let kept = 0;
  let refused = noneRefused;
  return {
    add: (metric) => void part.push(metric),
    get isFull() {
      return part.length >= limit;
    },
    async keep() {
      const full = part;
      part = [];
      if (full.length === 0) return;
      const left = await keep(full);
      kept += full.length - refusedCount(left);
      refused = togetherRefused(refused, left);
    },
    get kept() {
      return kept;
    },
    get refused() {
      return refused;
    },
  };
}
