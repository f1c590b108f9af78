// Work that cannot be stopped once it began: whoever gives it up goes, and the next waits until it is over.

export type Turns = <Value>(work: () => Promise<Value>, signal: AbortSignal) => Promise<Value>;

/** Begins each work when the one before is over. Rejects at once when the signal aborts; the work itself goes on. */
export function createTurns(): Turns {
  let last: Promise<unknown> = Promise.resolve();
  return async (work, signal) => {
    signal.throwIfAborted();
    const begun = last.then(() => {
      signal.throwIfAborted();
      return work();
    });
    last = begun.catch(() => {});
    return await orAborted(begun, signal);
  };
}

/** What is given up goes on unheard. */
export async function orAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let giveUp = () => {};
  const aborted = new Promise<never>((_, reject) => {
    giveUp = () => reject(new Error("given up", { cause: signal.reason }));
    if (signal.aborted) giveUp();
    signal.addEventListener("abort", giveUp, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}
