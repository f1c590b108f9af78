// GET /commands: what the caller may run.
import type { Caller } from "../access/caller.ts";
import { byName } from "../access/program-permission.ts";
import { type CommandsAnswer, commandsAnswer } from "../contract/index.ts";
import type { Judgement, PluginRequest } from "../permit-program.ts";
import { defineRoute } from "../route.ts";

export interface CommandsNeeds {
  readonly commands: {
    readonly shell: boolean;
    listChecks(): { name: string; path: string }[];
    listInventory(): "any" | string[];
    /** What a check plugin would do with its options. */
    judge(request: PluginRequest): Judgement;
  };
}

export const commands = defineRoute({
  method: "GET",
  path: "/commands",
  summary: "Lists what the caller may run.",
  role: undefined,
  answers: { 200: { description: "Names for POST /monitor and POST /inventory.", schema: commandsAnswer } },
  handle: (_input: undefined, { commands: all }: CommandsNeeds, { caller }) => {
    const json: CommandsAnswer = {
      caller: caller.name,
      roles: [...caller.roles],
      shell: all.shell,
      checks: caller.roles.has("check")
        ? all.listChecks().filter(({ name }) => mayRun(caller, name, all))
        : [],
      inventory: caller.roles.has("inventory") ? inventoryOf(caller, all.listInventory()) : [],
    };
    return { status: 200, json };
  },
});

/** With no options at least. */
function mayRun({ programs }: Caller, name: string, { judge }: CommandsNeeds["commands"]): boolean {
  const decided = byName(programs, name);
  if (decided !== undefined) return decided;
  const { kind } = judge({ name, option: "" });
  return kind === "harmless" || (kind === "connects" && programs === "connecting");
}

function inventoryOf(caller: Caller, programs: "any" | string[]): CommandsAnswer["inventory"] {
  return programs === "any" ? programs : programs.filter((name) => byName(caller.programs, name) !== false);
}
