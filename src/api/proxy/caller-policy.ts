// What a caller may have handed on: being one hop further is no way round his roles and his programs.
import { AgentError } from "../../kernel/errors.ts";
import type { Caller } from "../access/callers.ts";
import type { Role } from "../access/config.ts";
import { parseBody } from "../input.ts";
import { readProgramRequest } from "../program-request.ts";

/** What endpoints ask for; what is not known here is for operators, and so is a relay inside a relay. */
const roles = new Map<string, Role>([
  ["monitor", "check"],
  ["inventory", "inventory"],
  ["metric", "metrics"],
  ["metric/config", "operate"],
  ["proxy", "operate"],
  // What only tells: the older agents' endpoints and ours.
  ...["", "status", "machine-state", "metrics", "collectors", "history", "series", "commands"].map(
    (name) => [name, "read"] as const,
  ),
]);

/**
 * A bastion asks for the same role as the agent behind it would: being one hop further is no way round. The endpoint is
 * read from the address that will be asked for, so that no spelling of it leads past this.
 */
export function requireRole(caller: Caller, endpoint: string): void {
  const [first = "", second = ""] = endpoint.split("/");
  const role = roles.get(`${first}/${second}`) ?? roles.get(first) ?? "operate";
  if (!caller.roles.has(role)) throw new AgentError("access.role", { caller: caller.name, role });
}

/** The path that will be asked for, without its first slash. Throws `body.invalid` where there is none to be read. */
export function endpointOf(pathname: string): string {
  try {
    return decodeURIComponent(pathname).slice(1);
  } catch (cause) {
    throw new AgentError("body.invalid", { reason: `request_type: ${pathname} is no address`, cause });
  }
}

/**
 * What a caller may run here, he may run behind this agent. The body is then written anew, so that the next agent reads
 * in it just what was read here.
 */
export function innerBody(caller: Caller, endpoint: string, inner: Buffer): Buffer {
  const [first = ""] = endpoint.split("/");
  const request = caller.restricted ? readProgramRequest(first, parseBody(inner)) : undefined;
  if (request === undefined) return inner;
  if (caller.mayRun(request.program)) return Buffer.from(JSON.stringify(request.body));
  throw new AgentError("access.role", { caller: caller.name, role: `${endpoint} ${request.program}` });
}
