// POST /inventory: runs a program of the host and answers with what it wrote (contract happo §2.2, §2.3).
import { AgentError } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import { byName } from "../access/program-permission.ts";
import { type InventoryAnswer, inventoryAnswer, inventoryRequest } from "../contract/index.ts";
import { defineRoute } from "../route.ts";
import { type RunFor, runFor } from "../run-for.ts";

export interface InventoryNeeds {
  readonly log: Log;
  readonly inventory: {
    /** Whether the operator lets callers run this program. */
    allows(command: string): boolean;
    run(
      request: { readonly name: string; readonly option: string } & RunFor,
    ): Promise<{ timedOut: boolean; status: number; stdout: string }>;
  };
}

export const inventory = defineRoute({
  method: "POST",
  path: "/inventory",
  summary: "Runs a program of the host and answers with what it wrote.",
  role: "inventory",
  input: inventoryRequest,
  answers: {
    200: { description: "The program ended with 0.", schema: inventoryAnswer },
    400: {
      description: "The program ended otherwise (127: there is none), or nothing was run (-1).",
      schema: inventoryAnswer,
    },
    403: {
      description: "The configuration (`access.inventory`) does not list the program.",
      schema: inventoryAnswer,
    },
    417: { description: "The program was ended at its deadline.", schema: inventoryAnswer },
    504: { description: "Nothing was run, for too many programs run or wait.", schema: inventoryAnswer },
  },
  refuse: (fault) => ({
    status: fault.http,
    json: { return_code: -1, return_value: fault.message } satisfies InventoryAnswer,
  }),
  async handle({ command, command_option: option }, needs: InventoryNeeds, { caller, address }) {
    needs.log.info("inventory", { caller: caller.name, address, program: command });
    if (byName(caller.programs, command) === false || !needs.inventory.allows(command)) {
      throw new AgentError("access.role", {
        caller: caller.name,
        role: `inventory ${command} (see access.inventory)`,
      });
    }
    const { timedOut, status, stdout } = await needs.inventory.run({
      name: command,
      option,
      ...runFor(caller, address),
    });
    const json: InventoryAnswer = timedOut
      ? { return_code: 0, return_value: "" }
      : { return_code: status, return_value: stdout };
    return { status: timedOut ? 417 : status === 0 ? 200 : 400, json };
  },
});
