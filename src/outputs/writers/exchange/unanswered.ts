// The error of a system that did not take metrics this time: where it stands and why, without anything secret.
import { AgentError } from "../../../kernel/errors.ts";

export interface Peer {
  /** As people know it: host and port, or the address without credentials. */
  readonly address: string;
  /** Texts that the other side may repeat. */
  readonly secrets?: readonly (string | undefined)[];
}

const longestReason = 300;

/** Worth another try later. */
export function unanswered(thrown: unknown, peer: Peer): AgentError {
  if (thrown instanceof AgentError) return thrown;
  return new AgentError("output.failed", { address: peer.address, reason: shownReason(thrown, peer) });
}

/** What was thrown or said, on one line, of bounded length and without the secrets. */
export function shownReason(thrown: unknown, { secrets = [] }: Pick<Peer, "secrets">): string {
  const known = secrets.filter((secret) => secret !== undefined && secret !== "") as string[];
  return known
    .reduce((text, secret) => text.replaceAll(secret, "***"), textOf(thrown).slice(0, 10_000))
    .replace(/[\p{Cc}\s]+/gu, " ")
    .trim()
    .slice(0, longestReason);
}

/** A name with several addresses fails with one error for each and none of its own. */
function textOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === "") return thrown.errors.map(textOf).join("; ");
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.message === "" ? thrown.name : thrown.message;
}
