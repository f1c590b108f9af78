// Whether a caller may run a check plugin with the options that it chose, and how they are handed on.
import { AgentError } from "../kernel/errors.ts";
import type { Judgement as PluginJudgement } from "../programs/index.ts";
import type { Caller } from "./access/caller.ts";
import { byName } from "./access/program-permission.ts";

/** A check plugin and its options, as a caller names them. */
export interface PluginRequest {
  readonly name: string;
  readonly option: string;
}

/** The same as it is to be run. */
export interface PermittedPlugin extends PluginRequest {
  /** In place of the option. */
  readonly words?: readonly string[];
  /** The file that was judged, and no other of that name. */
  readonly path?: string | undefined;
}

/** What a plugin would do with its options, and where it was found. */
export type Judgement = PluginJudgement & { readonly path?: string };

export interface PermitNeeds {
  judge(request: PluginRequest): Judgement;
  /** The address of a host that may be asked. Rejects with `proxy.target`. */
  resolveTarget(host: string): Promise<string>;
}

/**
 * The request as it is to be run: what was judged is what runs, so a plugin that connects is given the addresses that were
 * looked at. Rejects with `access.program`.
 */
export async function permitProgram(
  caller: Caller,
  request: PluginRequest,
  { judge, resolveTarget }: PermitNeeds,
): Promise<PermittedPlugin> {
  const { name, option } = request;
  const refuse = (reason: string) =>
    new AgentError("access.program", { caller: caller.name, program: name, reason });
  const decided = byName(caller.programs, name);
  if (decided === true) return request;
  if (decided === false) throw refuse("it is none of the caller's commands");
  const judgement = judge(request);
  const { path } = judgement;
  if (judgement.kind === "harmless") return { name, option, path };
  if (judgement.kind === "unknown") throw refuse("nobody has judged what it does");
  if (judgement.kind === "told") throw refuse(judgement.reason);
  if (caller.programs !== "connecting") throw refuse("it connects to where it is told");
  const addresses = new Map<string, string>();
  for (const target of judgement.targets) {
    const address = await resolveTarget(target).catch((thrown: unknown) => {
      const isRefusal = thrown instanceof AgentError && thrown.code === "proxy.target";
      throw isRefusal ? refuse(`it connects to ${target}: ${String(thrown.facts["reason"])}`) : thrown;
    });
    addresses.set(target, address);
  }
  return { name, option, path, words: judgement.pin((target) => addresses.get(target) ?? "") };
}
