// For whom a program runs: whose places it takes, and as which user.
import type { Caller } from "./access/caller.ts";

export interface RunFor {
  readonly asker: {
    readonly name: string;
    /** True for those whom nobody knows and the operator has not let in. */
    readonly isGuest: boolean;
  };
  readonly user: string | undefined;
}

export function runFor(caller: Caller, address: string): RunFor {
  const { programs, user } = caller;
  return { asker: { name: askerOf(caller, address), isGuest: programs === "harmless" }, user };
}

/**
 * Who has something done, for whose share counts. Callers without a name are told apart by where they come from, but for
 * users of this host: they may come from any address of loopback.
 */
export function askerOf({ isAnonymous, name, isOfThisHost }: Caller, address: string): string {
  if (!isAnonymous) return `caller ${name}`;
  return isOfThisHost ? name : `${name} ${address}`;
}
