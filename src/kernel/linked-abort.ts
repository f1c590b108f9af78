// A signal for one piece of work, aborted with a longer-lived one or when time is up, and forgotten by both once it is over.
import type { Clock, Timer } from "./clock.ts";

export interface LinkedAbort {
  readonly signal: AbortSignal;
  /** Time was up before anything else ended it. */
  readonly isLate: boolean;
  abort(reason?: unknown): void;
  /** To be called when the work is over, however it ended: nothing is aborted any more, and nothing of it is kept. */
  release(): void;
}

export interface Deadline {
  readonly clock: Pick<Clock, "after">;
  readonly afterMs: number;
  /** What the signal's reason says; `no answer within … ms` when absent. */
  readonly message?: string;
}

/**
 * Not AbortSignal.any, nor AbortSignal.timeout beneath it: what those make from a signal that lives as long as the agent
 * is kept as long (Node 20), some kilobytes for each piece of work.
 */
export function linkedAbort(parents: AbortSignal | readonly AbortSignal[], deadline?: Deadline): LinkedAbort {
  const controller = new AbortController();
  const { signal } = controller;
  const links = [parents].flat().map((parent) => link(parent, controller));
  let isLate = false;
  const timer: Timer | undefined = deadline?.clock.after(deadline.afterMs, () => {
    isLate = !signal.aborted;
    controller.abort(new Error(deadline.message ?? `no answer within ${deadline.afterMs} ms`));
  });
  return {
    signal,
    get isLate() {
      return isLate;
    },
    abort: (reason) => controller.abort(reason),
    release() {
      timer?.cancel();
      for (const unlink of links) unlink();
    },
  };
}

/** How the link is undone. */
function link(parent: AbortSignal, controller: AbortController): () => void {
  const end = () => controller.abort(parent.reason);
  if (parent.aborted) end();
  else parent.addEventListener("abort", end, { once: true });
  return () => parent.removeEventListener("abort", end);
}
