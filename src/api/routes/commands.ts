// GET /commands: what the caller may run.
import type { Caller } from "../access/callers.ts";
import { type CommandsAnswer, commandsAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export interface CommandsNeeds {
  readonly commands: {
    readonly shell: boolean;
    listChecks(): { name: string; path: string }[];
    listInventory(): "any" | string[];
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
      checks: caller.roles.has("check") ? all.listChecks().filter(({ name }) => caller.mayRun(name)) : [],
      inventory: caller.roles.has("inventory") ? inventoryOf(caller, all.listInventory()) : [],
    };
    return { status: 200, json };
  },
});

function inventoryOf(caller: Caller, programs: "any" | string[]): CommandsAnswer["inventory"] {
  return programs === "any" ? programs : programs.filter((name) => caller.mayRun(name));
}
