// How the older system's protected routes refuse: 401 and nothing more (contract opsbro §12.4).
import type { AgentError } from "../kernel/errors.ts";
import type { Answer } from "./route.ts";

/** Faults of the caller's rights tell nothing; all others say what is wrong. */
export function refusedAsOlder(fault: AgentError): Answer {
  if (fault.code.startsWith("access.")) return { status: 401, text: "" };
  return { status: fault.http, json: { error: fault.message } };
}
