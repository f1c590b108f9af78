// The error of a server that gave no usable answer: where it was asked and why, without anything secret.
import { AgentError } from "../../../kernel/errors.ts";

export interface Asked {
  /** As people know the server: host and port, path of a socket, or the address without credentials. */
  readonly address: string;
  /** Texts that a server or a driver may repeat. */
  readonly secrets?: readonly (string | undefined)[];
}

/** The server is there and said no. */
export class Declined extends Error {
  override readonly name = "Declined";
}

const longestReason = 300;

/** `collector.unanswered`. What was thrown is not its cause: drivers keep statements and connection strings in theirs. */
export function unanswered(thrown: unknown, { address, secrets = [] }: Asked): AgentError {
  if (thrown instanceof AgentError) return thrown;
  const reason = withoutSecrets(textOf(thrown), secrets)
    .replace(/[\p{Cc}\p{Bidi_Control}]+/gu, " ")
    .slice(0, longestReason);
  return new AgentError("collector.unanswered", { address, reason, declined: isDeclined(thrown) });
}

/** Wrong credentials are no reason to say that a server is away. */
function isDeclined(thrown: unknown): boolean {
  return thrown instanceof Declined || (thrown instanceof Error && thrown.name === "MongoServerError");
}

function withoutSecrets(text: string, secrets: readonly (string | undefined)[]): string {
  const known = secrets.filter((secret) => secret !== undefined && secret !== "");
  return known.reduce<string>((rest, secret) => rest.replaceAll(secret as string, "***"), text);
}

/** A name with several addresses fails with one error for each and none of its own. */
function textOf(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === "") return thrown.errors.map(textOf).join("; ");
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.message === "" ? thrown.name : thrown.message;
}
