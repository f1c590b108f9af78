// Batches that wait for the disk: bounded, and taken in groups that one commit writes together.
import type { StoredBatch } from "../../formats/journal/block.ts";
import type { Batch } from "../../metric/metric.ts";

/** Batches that are written all together or not at all. */
export interface Entry {
  readonly batches: readonly StoredBatch[];
  readonly metrics: number;
  /** What it takes to write it: a batch without metrics is something, too. */
  readonly cost: number;
  readonly done?: { resolve(): void; reject(thrown: unknown): void };
}

/** Cost of one commit, and cost of what may wait while the disk is slow. */
const commitCost = 20_000;
const waitingCost = 200_000;

export class AppendQueue {
  readonly #entries: Entry[] = [];
  #metrics = 0;
  #cost = 0;

  /** Metrics that wait. */
  get metrics(): number {
    return this.#metrics;
  }

  /** True when half of the room is taken: who can wait, should. */
  get isCrowded(): boolean {
    return this.#cost >= waitingCost / 2;
  }

  /** True when a commit's worth waits: nothing is gained by waiting for more. */
  get isWorthACommit(): boolean {
    return this.#cost >= commitCost;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  /** Why an entry cannot wait here; undefined when it can. A large one may, when it is the only one. */
  refusal({ cost }: Entry): string | undefined {
    if (this.#cost === 0 || this.#cost + cost <= waitingCost) return undefined;
    return `${this.#metrics} metrics wait for the disk`;
  }

  add(entry: Entry): void {
    this.#entries.push(entry);
    this.#metrics += entry.metrics;
    this.#cost += entry.cost;
  }

  /** The oldest entries, as many as one commit takes. */
  take(): readonly Entry[] {
    let cost = 0;
    let count = 0;
    for (const entry of this.#entries) {
      if (count > 0 && cost + entry.cost > commitCost) break;
      cost += entry.cost;
      this.#metrics -= entry.metrics;
      count += 1;
    }
    this.#cost -= cost;
    return this.#entries.splice(0, count);
  }
}

export function entryOf(batches: readonly Batch[], arrivedMs: number): Entry {
  const metrics = batches.reduce((sum, batch) => sum + batch.metrics.length, 0);
  return {
    batches: batches.map((batch) => ({ ...batch, arrivedMs })),
    metrics,
    cost: metrics + batches.length,
  };
}
