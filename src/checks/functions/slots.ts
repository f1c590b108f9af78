// Calls into the system that may never come back, such as a file on a mount whose server is gone: each of them holds one
// of the few threads that all file access shares, so only so many are under way.
import type { Clock } from "../../kernel/clock.ts";
import { ExpressionError } from "../../languages/expression/index.ts";

export interface Patience {
  readonly clock: Pick<Clock, "after">;
  readonly signal?: AbortSignal | undefined;
  readonly deadlineMs: number;
}

export interface Call<Answer> {
  /** What is asked, for people; a key that has not answered is not asked again meanwhile. */
  readonly key: string;
  /** The signal is aborted when nobody waits any more. */
  run(signal: AbortSignal): Promise<Answer>;
}

export interface Slots {
  /** Rejects with `ExpressionError` when patience ends, at once where there is no hope; else with what the call threw. */
  ask<Answer>(call: Call<Answer>, patience: Patience): Promise<Answer>;
}

interface Held {
  readonly key: string;
  state: "waiting" | "running" | "over";
}

export function createSlots(count: number): Slots {
  /** Calls that were given up and have not come back. */
  const late = new Set<Held>();
  const queue: (() => void)[] = [];
  let free = count;
  const enter = (): Promise<void> => {
    if (free > 0) {
      free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => void queue.push(resolve));
  };
  const leave = () => {
    const next = queue.shift();
    if (next === undefined) free += 1;
    else next();
  };
  const perform = async <Answer>({ run }: Call<Answer>, held: Held, signal: AbortSignal): Promise<Answer> => {
    await enter();
    try {
      signal.throwIfAborted();
      held.state = "running";
      return await run(signal);
    } finally {
      held.state = "over";
      late.delete(held);
      leave();
    }
  };
  return {
    async ask(call, patience) {
      refuseHopeless(call.key, late, count);
      const held: Held = { key: call.key, state: "waiting" };
      const given = new AbortController();
      const onEnd = () => {
        if (held.state === "running") late.add(held);
        given.abort();
      };
      return await within(perform(call, held, given.signal), patience, { what: call.key, onEnd });
    },
  };
}

function refuseHopeless(key: string, late: ReadonlySet<Held>, count: number): void {
  const keys = [...late].map((held) => held.key);
  if (keys.includes(key)) throw new ExpressionError(`${key} was asked before and has not answered yet`);
  if (keys.length >= count)
    throw new ExpressionError(`nothing is asked while ${keys.join(" and ")} do not answer`);
}

interface Ending {
  readonly what: string;
  readonly onEnd: () => void;
}

/** What the work comes to, or a sentence when patience ends first. */
function within<Answer>(
  work: Promise<Answer>,
  { clock, signal, deadlineMs }: Patience,
  { what, onEnd }: Ending,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const end = (reason: string) => {
      lift();
      onEnd();
      reject(new ExpressionError(reason));
    };
    const giveUp = () => end(`${what}: given up`);
    const timer = clock.after(deadlineMs, () => end(`${what} does not answer within ${deadlineMs} ms`));
    const lift = () => {
      timer.cancel();
      signal?.removeEventListener("abort", giveUp);
    };
    signal?.addEventListener("abort", giveUp, { once: true });
    work.then(resolve, reject).finally(lift);
    if (signal?.aborted === true) giveUp();
  });
}
