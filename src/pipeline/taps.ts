// Watching metrics on their way: a tap costs nothing while nobody looks, and one who looks too slowly misses some.
import type { Batch } from "../metric/metric.ts";

/** Batches as they passed a point, for one watcher. */
export interface Tap {
  /** What has passed since the last call; waits for the first when nothing has. Undefined when the tap was closed. */
  next(): Promise<{ readonly batches: readonly Batch[]; readonly missed: number } | undefined>;
  close(): void;
}

export interface Taps {
  /** `inputs`, `pipeline`, and `outputs.NAME`. */
  readonly points: readonly string[];
  /**
   * Undefined for a point that there is not, and when too many watch already. An asker has a quarter of the places, all of
   * them three quarters; without one it is who owns the agent.
   */
  open(point: string, asker?: string): Tap | undefined;
  isWatched(point: string): boolean;
  publish(point: string, batches: readonly Batch[]): void;
}

const watchersAtMost = 16;
const ofAskers = { one: 4, all: 12 } as const;
/** Metrics that wait for one watcher. */
const waitingAtMost = 20_000;

export function createTaps(points: readonly string[]): Taps {
  const watchers = new Map<string, Set<Watcher>>(points.map((point) => [point, new Set()]));
  /** For whom each of those that are open watches. */
  const open = new Map<Watcher, string | undefined>();
  const hasPlace = (asker: string | undefined) => {
    if (asker === undefined) return open.size < watchersAtMost;
    const askers = [...open.values()].filter((one) => one !== undefined);
    const own = askers.filter((one) => one === asker);
    return open.size < watchersAtMost && askers.length < ofAskers.all && own.length < ofAskers.one;
  };
  return {
    points,
    open(point, asker) {
      const atPoint = watchers.get(point);
      if (atPoint === undefined || !hasPlace(asker)) return undefined;
      const watcher = new Watcher(() => {
        atPoint.delete(watcher);
        open.delete(watcher);
      });
      atPoint.add(watcher);
      open.set(watcher, asker);
      return watcher;
    },
    isWatched: (point) => (watchers.get(point)?.size ?? 0) > 0,
    publish(point, batches) {
      for (const watcher of watchers.get(point) ?? []) watcher.offer(batches);
    },
  };
}

class Watcher implements Tap {
  readonly #onClose: () => void;
  #batches: Batch[] = [];
  #waiting = 0;
  #missed = 0;
  #closed = false;
  #wake: (() => void) | undefined;

  constructor(onClose: () => void) {
    this.#onClose = onClose;
  }

  offer(batches: readonly Batch[]): void {
    for (const batch of batches) {
      if (this.#waiting >= waitingAtMost) this.#missed += batch.metrics.length;
      else {
        this.#batches.push(batch);
        this.#waiting += batch.metrics.length;
      }
    }
    this.#wake?.();
  }

  async next() {
    if (this.#batches.length === 0 && !this.#closed)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    this.#wake = undefined;
    if (this.#closed) return undefined;
    const taken = { batches: this.#batches, missed: this.#missed };
    this.#batches = [];
    this.#waiting = 0;
    this.#missed = 0;
    return taken;
  }

  close(): void {
    this.#closed = true;
    this.#onClose();
    this.#wake?.();
  }
}
