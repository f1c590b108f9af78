// So many at once, and of each who asks; the others wait in a queue that has a limit too, each asker in turn.
import type { Clock } from "./clock.ts";

/** Who asks, and how much of all that one may have. */
export interface Share {
  readonly name: string;
  readonly mostInside: number;
  readonly mostWaiting: number;
}

/** Which limit is met: that of all who wait, that of the asker's own, or the time to wait. */
export type MetLimit = "queue" | "share" | "wait";

export interface FairSemaphoreOptions {
  readonly atOnce: number;
  readonly queueLimit: number;
  /** How long one may wait for its turn; without end when absent. */
  readonly waitLimitMs?: number;
  /** What is thrown where there is no place, and will be none in time. */
  readonly full: (met: MetLimit) => Error;
}

interface Waiter {
  admit(): void;
}

/** One asker: what of it is inside, and what waits, in the order of its coming. */
interface Line {
  readonly mostInside: number;
  inside: number;
  readonly waiting: Waiter[];
}

export class FairSemaphore {
  readonly #options: FairSemaphoreOptions;
  readonly #clock: Pick<Clock, "after">;
  /** By the asker's name; the next in turn first. Whoever has nothing inside or waiting is forgotten. */
  readonly #lines = new Map<string, Line>();
  #inside = 0;
  #waiting = 0;

  constructor(options: FairSemaphoreOptions, clock: Pick<Clock, "after">) {
    this.#options = options;
    this.#clock = clock;
  }

  get inside(): number {
    return this.#inside;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Resolves when there is a place; the asker owes one `leave`. Rejects with `full` when there will be none. */
  async enter(share: Share): Promise<void> {
    const line = this.#lines.get(share.name) ?? { mostInside: share.mostInside, inside: 0, waiting: [] };
    if (line.waiting.length === 0 && this.#hasPlace(line)) {
      this.#lines.set(share.name, line);
      this.#take(line);
      return;
    }
    if (this.#waiting >= this.#options.queueLimit) throw this.#options.full("queue");
    if (line.waiting.length >= share.mostWaiting) throw this.#options.full("share");
    this.#lines.set(share.name, line);
    await this.#wait(share.name, line);
  }

  leave(name: string): void {
    const line = this.#lines.get(name);
    this.#inside -= 1;
    if (line !== undefined) line.inside -= 1;
    this.#forget(name);
    this.#admitNext();
  }

  #hasPlace({ inside, mostInside }: Line): boolean {
    return this.#inside < this.#options.atOnce && inside < mostInside;
  }

  #take(line: Line): void {
    this.#inside += 1;
    line.inside += 1;
  }

  /** Of the first asker in turn for whom there is a place the one that waits longest; that asker is then the last. */
  #admitNext(): void {
    for (const [name, line] of this.#lines) {
      const next = this.#hasPlace(line) ? line.waiting.shift() : undefined;
      if (next === undefined) continue;
      this.#lines.delete(name);
      this.#lines.set(name, line);
      this.#waiting -= 1;
      // The place is handed on: nobody who comes now may take it before those who wait.
      this.#take(line);
      next.admit();
      return;
    }
  }

  #wait(name: string, line: Line): Promise<void> {
    const { waitLimitMs, full } = this.#options;
    this.#waiting += 1;
    return new Promise((resolve, reject) => {
      const giveUp = () => {
        const place = line.waiting.indexOf(waiter);
        if (place < 0) return;
        line.waiting.splice(place, 1);
        this.#waiting -= 1;
        this.#forget(name);
        reject(full("wait"));
      };
      const timer = waitLimitMs === undefined ? undefined : this.#clock.after(waitLimitMs, giveUp);
      const waiter: Waiter = {
        admit() {
          timer?.cancel();
          resolve();
        },
      };
      line.waiting.push(waiter);
    });
  }

  #forget(name: string): void {
    const line = this.#lines.get(name);
    if (line !== undefined && line.inside === 0 && line.waiting.length === 0) this.#lines.delete(name);
  }
}
