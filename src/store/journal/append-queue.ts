// Batches that wait for the disk: bounded, and taken in groups that one commit writes together.
import type { StoredBatch } from "../../formats/journal/block.ts";
import type { Batch } from "../../metric/metric.ts";

/** Batches that are written all together or not at all. */
export interface Entry {
  readonly batches: readonly StoredBatch[];
  readonly metrics: number;
  readonly done?: { resolve(): void; reject(thrown: unknown): void };
}

/** Metrics of one commit, and metrics that may wait while the disk is slow. */
const commitMetrics = 20_000;
const waitingMetrics = 200_000;

export class AppendQueue {
  readonly #entries: Entry[] = [];
  #metrics = 0;

  /** Metrics that wait. */
  get metrics(): number {
    return this.#metrics;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Why an entry cannot wait here; undefined when it can. A large one may, when it is the only one. */
  refusal({ metrics }: Entry): string | undefined {
    if (this.#metrics === 0 || this.#metrics + metrics <= waitingMetrics) return undefined;
    return `${this.#metrics} metrics wait for the disk`;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    this.#metrics += entry.metrics;
  }

  /** The oldest entries, as many as one commit takes. */
  take(): readonly Entry[] {
    let metrics = 0;
    let count = 0;
    for (const entry of this.#entries) {
      if (count > 0 && metrics + entry.metrics > commitMetrics) break;
      metrics += entry.metrics;
      count += 1;
    }
    this.#metrics -= metrics;
    return this.#entries.splice(0, count);
  }
}

export function entryOf(batches: readonly Batch[], arrivedMs: number): Entry {
  return {
    batches: batches.map((batch) => ({ ...batch, arrivedMs })),
    metrics: batches.reduce((sum, { metrics }) => sum + metrics.length, 0),
  };
}
