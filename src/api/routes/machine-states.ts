// GET /machine-state: which snapshots there are (contract happo §6).
import { machineStateKeys } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export interface MachineStatesNeeds {
  readonly machineStates: { keys(): Promise<string[]> };
}

export const machineStates = defineRoute({
  method: "GET",
  path: "/machine-state",
  summary: "Lists the snapshots that were taken when checks failed.",
  role: "read",
  answers: {
    200: { description: "Their keys.", schema: machineStateKeys },
    404: { description: "There are none.", schema: machineStateKeys },
  },
  async handle(_input: undefined, needs: MachineStatesNeeds) {
    const keys = await needs.machineStates.keys();
    return { status: keys.length === 0 ? 404 : 200, json: { keys } };
  },
});
