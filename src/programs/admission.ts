// At most N programs at once; the others wait in a queue that has a limit too.
import { BoundedQueue } from "../kernel/bounded-queue.ts";
import type { Clock } from "../kernel/clock.ts";
import { AgentError } from "../kernel/errors.ts";

export interface AdmissionOptions {
  readonly atOnce: number;
  readonly queueLimit: number;
  /** How long a program may wait for its turn. */
  readonly waitLimitMs: number;
}

interface Waiter {
  admit(): void;
}

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #clock: Clock;
  readonly #waiting: BoundedQueue<Waiter>;
  #inside = 0;

  constructor(options: AdmissionOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#waiting = new BoundedQueue(options.queueLimit);
  }

  get inside(): number {
    return this.#inside;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Resolves when there is a place; the caller owes one `leave`. Rejects `queue.full` when there will be none. */
  async enter(): Promise<void> {
    if (this.#inside < this.#options.atOnce) {
      this.#inside += 1;
      return;
    }
    await this.#wait();
  }

  /** Hands the place on to the one who waits longest. */
  leave(): void {
    const next = this.#waiting.take();
    if (next === undefined) this.#inside -= 1;
    else next.admit();
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const full = () => new AgentError("queue.full", { queue: "programs", limit: this.#waiting.length });
      const timer = this.#clock.after(this.#options.waitLimitMs, () => {
        this.#waiting.remove(waiter);
        reject(full());
      });
      const waiter: Waiter = {
        admit() {
          timer.cancel();
          resolve();
        },
      };
      if (this.#waiting.offer(waiter)) return;
      timer.cancel();
      reject(full());
    });
  }
}
