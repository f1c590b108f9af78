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

/** Callers without a name are told apart by where they come from. */
export function runFor({ isAnonymous, name, programs, user }: Caller, address: string): RunFor {
  return {
    asker: { name: isAnonymous ? `${name} ${address}` : `caller ${name}`, isGuest: programs === "harmless" },
    user,
  };
}
