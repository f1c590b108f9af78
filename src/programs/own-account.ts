// The agent's own user for the environment of programs; in a container it may be a number that no file names.
import { homedir, userInfo } from "node:os";

export function ownAccount(): { readonly HOME: string; readonly USER: string } {
  return { HOME: orElse(homedir, "/"), USER: orElse(() => userInfo().username, String(process.geteuid?.())) };
}

function orElse(ask: () => string, otherwise: string): string {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}
