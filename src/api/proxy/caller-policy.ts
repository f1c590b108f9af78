// What a caller may have handed on: being one hop further is no way round his roles and his programs.
import { quoteShellWord } from "../../formats/shell-words.ts";
import { AgentError } from "../../kernel/errors.ts";
import type { Caller } from "../access/caller.ts";
import { byName } from "../access/program-permission.ts";
import type { Role } from "../access/roles.ts";
import { parseBody } from "../input.ts";
import { type PermitNeeds, permitProgram } from "../permit-program.ts";
import { readProgramRequest } from "../program-request.ts";

/**
 * A bastion asks for the same role as the agent behind it would, for the very path that will be asked for. What no route
 * stands for is for operators, and so is a relay inside a relay.
 */
export function requireRole(caller: Caller, path: string, roleOf: (path: string) => Role | undefined): void {
  const isRelay = /^\/proxy\/?$/.test(path);
  const role = (isRelay ? undefined : roleOf(path)) ?? "operate";
  if (!caller.roles.has(role)) throw new AgentError("access.role", { caller: caller.name, role });
}

/**
 * What a caller may run here, he may run behind this agent. Unless that is everything, the body is written anew, so that
 * the next agent reads in it just what was read here.
 */
export async function innerBody(
  caller: Caller,
  path: string,
  inner: Buffer,
  needs: PermitNeeds,
): Promise<Buffer> {
  const endpoint = path.replace(/^\/|\/$/g, "");
  if (caller.programs === "any" || !(endpoint === "monitor" || endpoint === "inventory")) return inner;
  const request = readProgramRequest(endpoint, parseBody(inner));
  if (request === undefined) return inner;
  const { program: name, body } = request;
  if ("plugin_name" in body) {
    const { words, option } = await permitProgram(caller, { name, option: body.plugin_option }, needs);
    const plugin_option = words === undefined ? option : words.map(quoteShellWord).join(" ");
    return Buffer.from(JSON.stringify({ ...body, plugin_option }));
  }
  if (byName(caller.programs, name) === false)
    throw new AgentError("access.role", { caller: caller.name, role: `inventory ${name}` });
  return Buffer.from(JSON.stringify(body));
}
