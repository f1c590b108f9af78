// Readers that have seen everything and wait for what comes next.

interface Waiting {
  wake: () => void;
}

export class Readers {
  readonly #waiting = new Set<Waiting>();

  /** Resolves with the next `wakeAll`, or when the signal is aborted. */
  async wait(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const waiting: Waiting = { wake: () => {} };
    const woken = new Promise<void>((resolve) => {
      waiting.wake = resolve;
    });
    this.#waiting.add(waiting);
    signal.addEventListener("abort", waiting.wake, { once: true });
    await woken;
    signal.removeEventListener("abort", waiting.wake);
    this.#waiting.delete(waiting);
  }

  wakeAll(): void {
    for (const waiting of this.#waiting) waiting.wake();
    this.#waiting.clear();
  }
}
