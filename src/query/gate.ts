// How many questions are worked on at once: a few, and a short queue of those that wait, each asker in turn.
import { AgentError } from "../kernel/errors.ts";

export interface Gate {
  /** What `task` answers, when its turn has come. Rejects with `queue.full` when too many wait already. */
  through<Answer>(asker: string, task: () => Promise<Answer>): Promise<Answer>;
}

export interface GateLimits {
  /** What waits, for the refusal. */
  readonly queue: string;
  /** Of all askers; one of them has half of it, rounded up. */
  readonly atOnce: number;
  /** Of all askers; one of them has half of it. */
  readonly waiting: number;
}

interface Line {
  inside: number;
  /** In the order of their coming. */
  readonly waiting: (() => void)[];
}

export function createGate(limits: GateLimits): Gate {
  const gate = new FairGate(limits);
  return {
    async through(asker, task) {
      await gate.enter(asker);
      try {
        return await task();
      } finally {
        gate.leave(asker);
      }
    },
  };
}

class FairGate {
  readonly #limits: GateLimits;
  /** By asker; the next in turn first. Whoever has nothing inside or waiting is forgotten. */
  readonly #lines = new Map<string, Line>();
  #inside = 0;
  #waiting = 0;

  constructor(limits: GateLimits) {
    this.#limits = limits;
  }

  async enter(asker: string): Promise<void> {
    const line = this.#lines.get(asker) ?? { inside: 0, waiting: [] };
    if (this.#hasPlace(line)) {
      this.#lines.set(asker, line);
      this.#take(line);
      return;
    }
    const { queue, waiting: limit } = this.#limits;
    if (this.#waiting >= limit || line.waiting.length >= limit / 2)
      throw new AgentError("queue.full", { queue, limit });
    this.#lines.set(asker, line);
    this.#waiting += 1;
    await new Promise<void>((resolve) => void line.waiting.push(resolve));
  }

  leave(asker: string): void {
    const left = this.#lines.get(asker);
    this.#inside -= 1;
    if (left !== undefined) left.inside -= 1;
    if (left?.inside === 0 && left.waiting.length === 0) this.#lines.delete(asker);
    // The place is handed on: nobody who comes now may take it before those who wait.
    for (const [name, line] of this.#lines) {
      const next = this.#hasPlace(line) ? line.waiting.shift() : undefined;
      if (next === undefined) continue;
      this.#lines.delete(name);
      this.#lines.set(name, line);
      this.#waiting -= 1;
      this.#take(line);
      next();
      return;
    }
  }

  #hasPlace({ inside }: Line): boolean {
    return this.#inside < this.#limits.atOnce && inside < Math.ceil(this.#limits.atOnce / 2);
  }

  #take(line: Line): void {
    this.#inside += 1;
    line.inside += 1;
  }
}
