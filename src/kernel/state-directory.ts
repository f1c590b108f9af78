// The agent's private directory: made where it is missing, and not used where others could put something into it.
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { AgentError, reasonOf } from "./errors.ts";
import { ownRules, type TrustRules, trusted } from "./trusted-path.ts";

/** What the agent reads again there at its next start. A home may hold other things, which are not the agent's. */
const ownEntries =
  /^(server\.\w+|node-\w+|store|events|objects|handlers|checks\.json|\w+-configuration|metrics\.yaml)$/;

/** Throws `state.unusable`, and `state.untrusted` with the command that mends it. */
export function openStateDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (thrown) {
    throw new AgentError("state.unusable", { path, reason: reasonOf(thrown), cause: thrown });
  }
  judgeStateDirectory(path);
}

/** The same of one that may be missing. Throws `state.untrusted`. */
export function judgeStateDirectory(path: string): void {
  const rules = ownRules();
  const own = entriesOf(path).filter((name) => ownEntries.test(name));
  for (const one of [path, ...own.map((name) => join(path, name))]) judgeKept(one, rules);
}

/** What the agent keeps at a place of its own; it may be missing. Throws `state.untrusted`. */
export function judgeKept(path: string, rules: TrustRules = ownRules()): void {
  const reason = trusted(path, rules);
  if (reason !== undefined) throw new AgentError("state.untrusted", { reason });
}

function entriesOf(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
