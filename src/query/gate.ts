// How many questions are worked on at once: a few, and a short queue of those that wait, each asker in turn.
import type { Clock } from "../kernel/clock.ts";
import { AgentError } from "../kernel/errors.ts";
import { FairSemaphore } from "../kernel/fair-semaphore.ts";

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

export function createGate({ queue, atOnce, waiting }: GateLimits, clock: Pick<Clock, "after">): Gate {
  const full = () => new AgentError("queue.full", { queue, limit: waiting });
  const places = new FairSemaphore({ atOnce, queueLimit: waiting, full }, clock);
  return {
    async through(asker, task) {
      await places.enter({
        name: asker,
        mostInside: Math.ceil(atOnce / 2),
        mostWaiting: Math.ceil(waiting / 2),
      });
      try {
        return await task();
      } finally {
        places.leave(asker);
      }
    },
  };
}
