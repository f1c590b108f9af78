// How the older system's protected routes refuse: 401 and nothing more (contract opsbro §12.4).
import type { AgentError } from "../kernel/errors.ts";
import type { Answer } from "./route.ts";

/** For the answers of such a route. */
export const olderRefusal = {
  401: { description: "The caller lacks the role; nothing more is said, as the older system does." },
} as const;

/** Faults of the caller's rights tell nothing; all others say what is wrong. */
export function refusedAsOlder(fault: AgentError): Answer {
  if (fault.code.startsWith("access.")) return { status: 401, text: "" };
  return { status: fault.http, json: { error: fault.message } };
}
