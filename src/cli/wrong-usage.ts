// The fault of a command line that cannot be meant.
import { AgentError } from "../kernel/errors.ts";

/** Throws `usage.wrong`; the dispatcher then shows the command's help, and the exit code is 2. */
export function wrongUsage(reason: string): never {
  throw new AgentError("usage.wrong", { reason });
}
