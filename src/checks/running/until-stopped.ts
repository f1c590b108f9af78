// Work that nobody waits for any more once the agent stops, such as a plugin that hangs.

/** What the work gives, or undefined as soon as the signal says to stop. Rejects as the work does. */
export function untilStopped<Result>(
  work: Promise<Result>,
  signal: AbortSignal,
): Promise<Result | undefined> {
  return new Promise((resolve, reject) => {
    const stop = () => resolve(undefined);
    const forget = () => signal.removeEventListener("abort", stop);
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    work.then(resolve, reject).finally(forget);
  });
}
