// How many questions are worked on at once: a few, and a short queue of those that wait.
import { BoundedQueue } from "../kernel/bounded-queue.ts";
import { AgentError } from "../kernel/errors.ts";

export interface Gate {
  /** What `task` answers, when its turn has come. Rejects with `queue.full` when too many wait already. */
  through<Answer>(task: () => Promise<Answer>): Promise<Answer>;
}

export interface GateLimits {
  /** What waits, for the refusal. */
  readonly queue: string;
  readonly atOnce: number;
  readonly waiting: number;
}

export function createGate({ queue, atOnce, waiting }: GateLimits): Gate {
  const line = new BoundedQueue<() => void>(waiting);
  let inside = 0;
  const enter = async () => {
    if (inside < atOnce) {
      inside += 1;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      if (!line.offer(resolve)) reject(new AgentError("queue.full", { queue, limit: waiting }));
    });
  };
  const leave = () => {
    // The place is handed on: nobody who comes now may take it before those who wait.
    const next = line.take();
    if (next === undefined) inside -= 1;
    else next();
  };
  return {
    async through(task) {
      await enter();
      try {
        return await task();
      } finally {
        leave();
      }
    },
  };
}
