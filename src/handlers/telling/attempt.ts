// One try to tell: within its deadline, and with one of three ends.
import type { Clock, Timer } from "../../kernel/clock.ts";
import { linkedAbort } from "../../kernel/linked-abort.ts";
import { type Notice, Refused, type Sender, TryLater } from "../handler.ts";
import { shownReason } from "./shown-text.ts";

export type Outcome =
  | { readonly kind: "sent"; readonly text: string }
  | { readonly kind: "refused"; readonly text: string }
  | { readonly kind: "later"; readonly text: string; readonly afterMs: number | undefined };

export interface AttemptNeeds {
  readonly clock: Clock;
  readonly deadlineMs: number;
  readonly secrets: readonly (string | undefined)[];
  /** Aborted when the agent stops. */
  readonly signal: AbortSignal;
}

/** A sender that does not end this long after its signal is left alone. */
const graceMs = 10_000;
const graceOfStopMs = 1000;

/** Never rejects. */
export async function attempt(sender: () => Sender, notice: Notice, needs: AttemptNeeds): Promise<Outcome> {
  try {
    const text = await within(needs, (signal) => sender().send(notice, signal));
    return { kind: "sent", text: shownReason(text, needs.secrets) };
  } catch (thrown) {
    const text = shownReason(thrown, needs.secrets);
    if (thrown instanceof Refused) return { kind: "refused", text };
    return { kind: "later", text, afterMs: thrown instanceof TryLater ? thrown.afterMs : undefined };
  }
}

async function within<Result>(
  { clock, deadlineMs, signal: stopping }: AttemptNeeds,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const ending = linkedAbort(stopping, { clock, afterMs: deadlineMs });
  const { signal } = ending;
  let patience: Timer | undefined;
  const overdue = new Promise<never>((_, reject) => {
    const wait = () => {
      const patienceMs = stopping.aborted ? graceOfStopMs : graceMs;
      patience = clock.after(patienceMs, () => reject(new Error(`no answer within ${deadlineMs} ms`)));
    };
    if (signal.aborted) wait();
    else signal.addEventListener("abort", wait, { once: true });
  });
  try {
    return await Promise.race([work(signal), overdue]);
  } catch (thrown) {
    // Whatever it threw when its time was up: that it was up says more.
    throw ending.isLate ? signal.reason : thrown;
  } finally {
    ending.release();
    patience?.cancel();
  }
}
