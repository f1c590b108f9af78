// GET /machine-state/:key: one snapshot (contract happo §6).
import { machineState as machineStateAnswer, machineStateMissing } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export interface MachineStateNeeds {
  readonly machineStates: { read(key: string): Promise<string | undefined> };
}

export const machineState = defineRoute({
  method: "GET",
  path: "/machine-state/:key",
  summary: "Gives one snapshot.",
  role: "read",
  answers: {
    200: { description: "The outputs of its commands.", schema: machineStateAnswer },
    404: { description: "There is no such snapshot.", schema: machineStateMissing },
  },
  async handle(_input: undefined, needs: MachineStateNeeds, { params }) {
    const text = await needs.machineStates.read(params["key"] ?? "");
    if (text === undefined) return { status: 404, json: { error: "machine state not found" } };
    return { status: 200, json: { machineState: text } };
  },
});
