// The agent's own user for the environment of programs; in a container it may be a number that no file names.
import { homedir, userInfo } from "node:os";

export interface Account {
  readonly name: string;
  readonly home: string;
}

export function ownAccount(): Account {
  return {
    name: orElse(() => userInfo().username, String(process.geteuid?.())),
    home: orElse(homedir, "/"),
  };
}

function orElse(ask: () => string, otherwise: string): string {
  try {
    return ask();
  } catch {
    return otherwise;
  }
}
