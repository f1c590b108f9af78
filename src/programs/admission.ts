// At most N programs at once, and of each who asks; the others wait in a queue that has a limit too, each asker in turn.
import type { Clock } from "../kernel/clock.ts";
import { AgentError } from "../kernel/errors.ts";

export interface AdmissionOptions {
  readonly atOnce: number;
  readonly queueLimit: number;
  /** How long a program may wait for its turn. */
  readonly waitLimitMs: number;
}

/** Who has a program run. The agent itself is nobody of these: its own checks find all places. */
export interface Asker {
  readonly name: string;
  /** True for one whom nobody knows: it gets an eighth of the places, others three quarters. */
  readonly isGuest: boolean;
}

interface Waiter {
  admit(): void;
}

/** One asker: programs of it that run, and those that wait, in the order of their coming. */
interface Line {
  readonly mostInside: number;
  inside: number;
  readonly waiting: Waiter[];
}

const own: Asker = { name: "", isGuest: false };

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #clock: Pick<Clock, "after">;
  /** By the asker's name; the next in turn first. Whoever has nothing inside or waiting is forgotten. */
  readonly #lines = new Map<string, Line>();
  #inside = 0;
  #waiting = 0;

  constructor(options: AdmissionOptions, clock: Pick<Clock, "after">) {
    this.#options = options;
    this.#clock = clock;
  }

  get inside(): number {
    return this.#inside;
  }

  get waiting(): number {
    return this.#waiting;
  }

  /** Resolves when there is a place; the caller owes one `leave`. Rejects `queue.full` when there will be none. */
  async enter(asker: Asker = own): Promise<void> {
    const line = this.#lineOf(asker);
    if (line.waiting.length === 0 && this.#hasPlace(line)) this.#take(line);
    else await this.#wait(asker, line);
  }

  leave({ name }: Asker = own): void {
    const line = this.#lines.get(name);
    this.#inside -= 1;
    if (line !== undefined) line.inside -= 1;
    this.#forget(name);
    this.#admitNext();
  }

  #lineOf(asker: Asker): Line {
    const known = this.#lines.get(asker.name);
    if (known !== undefined) return known;
    const line = { mostInside: mostOf(asker, this.#options.atOnce), inside: 0, waiting: [] };
    this.#lines.set(asker.name, line);
    return line;
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
      if (line.waiting.length === 0 || !this.#hasPlace(line)) continue;
      this.#lines.delete(name);
      this.#lines.set(name, line);
      this.#take(line);
      this.#waiting -= 1;
      line.waiting.shift()?.admit();
      return;
    }
  }

  #wait(asker: Asker, line: Line): Promise<void> {
    return new Promise((resolve, reject) => {
      const full = () => new AgentError("queue.full", { queue: "programs", limit: this.#waiting });
      const timer = this.#clock.after(this.#options.waitLimitMs, () => {
        const place = line.waiting.indexOf(waiter);
        if (place < 0) return;
        line.waiting.splice(place, 1);
        this.#waiting -= 1;
        this.#forget(asker.name);
        reject(full());
      });
      const waiter: Waiter = {
        admit() {
          timer.cancel();
          resolve();
        },
      };
      if (this.#mayWait(asker, line)) {
        line.waiting.push(waiter);
        this.#waiting += 1;
        return;
      }
      timer.cancel();
      this.#forget(asker.name);
      reject(full());
    });
  }

  /** No asker takes the whole queue, but the agent itself. */
  #mayWait(asker: Asker, { waiting }: Line): boolean {
    const { queueLimit } = this.#options;
    const most = asker === own ? queueLimit : Math.max(Math.min(queueLimit, 8), Math.floor(queueLimit / 2));
    return this.#waiting < queueLimit && waiting.length < most;
  }

  #forget(name: string): void {
    const line = this.#lines.get(name);
    if (line !== undefined && line.inside === 0 && line.waiting.length === 0) this.#lines.delete(name);
  }
}

function mostOf(asker: Asker, atOnce: number): number {
  if (asker === own) return atOnce;
  return asker.isGuest ? Math.max(1, Math.floor(atOnce / 8)) : atOnce - Math.floor(atOnce / 4);
}
