// The one way in which this module refuses: what was asked for cannot be understood, or is too much.
import { AgentError } from "../kernel/errors.ts";

export function refusal(reason: string, cause?: unknown): AgentError {
  return new AgentError("body.invalid", { reason, cause });
}

/** A caller's text in a message: short, in quotes. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
