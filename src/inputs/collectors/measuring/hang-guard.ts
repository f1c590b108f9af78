// Calls that may never be answered, such as statfs on a mount whose server is gone: each of them holds one of the few
// threads that all file access shares.
import type { Clock } from "../../../kernel/clock.ts";
import { reasonOf } from "../../../kernel/errors.ts";

/** `hung`: asked in this or an earlier round and not yet answered; `held`: not asked, because too many others hang. */
export type Outcome<Value> =
  | { readonly state: "answered"; readonly value: Value }
  | { readonly state: "failed"; readonly reason: string }
  | { readonly state: "hung" }
  | { readonly state: "held" };

export interface HangGuard {
  /** Calls unless the key's last call is still under way. Waits up to `patienceMs`; never rejects. */
  ask<Value>(key: string, call: () => Promise<Value>): Promise<Outcome<Value>>;
}

const patienceMs = 1000;
/** With one call hung the others are still made; with two of them nothing is asked until one comes back. */
const hungLimit = 2;

/** Its memory is the set of calls that were given up and have not come back. */
export function createHangGuard(clock: Clock): HangGuard {
  const hung = new Set<string>();
  return {
    async ask(key, call) {
      if (hung.has(key)) return { state: "hung" };
      if (hung.size >= hungLimit) return { state: "held" };
      const settled = outcomeOf(call);
      const first = await firstOf(settled, clock);
      if (first !== undefined) return first;
      hung.add(key);
      void settled.then(() => hung.delete(key));
      return { state: "hung" };
    },
  };
}

async function outcomeOf<Value>(call: () => Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { state: "answered", value: await call() };
  } catch (thrown) {
    return { state: "failed", reason: reasonOf(thrown) };
  }
}

/** Undefined when patience ended first. */
function firstOf<Value>(settled: Promise<Value>, clock: Clock): Promise<Value | undefined> {
  return new Promise((resolve) => {
    const timer = clock.after(patienceMs, () => resolve(undefined));
    void settled.then((value) => {
      timer.cancel();
      resolve(value);
    });
  });
}
