// Who still listens for an abort: seen on every signal, also on those that never leave the code that made them.
import { getEventListeners } from "node:events";
import { onTestFinished, vi } from "vitest";

export const abortListeners = (signal: AbortSignal): number => getEventListeners(signal, "abort").length;

/** Watches to the end of the test. `most` is how many listen to the one signal that most listen to. */
export function watchAbortListeners(): { most(): number } {
  const listening = vi.spyOn(AbortSignal.prototype, "addEventListener");
  onTestFinished(() => listening.mockRestore());
  const signals = () => listening.mock.contexts as AbortSignal[];
  return { most: () => Math.max(0, ...new Set(signals().map(abortListeners))) };
}
