// GET /status: who the agent is and how it does (contract happo §7.1).
import { type StatusAnswer, statusAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export interface StatusNeeds {
  readonly status: () => Promise<StatusAnswer>;
}

export const status = defineRoute({
  method: "GET",
  path: "/status",
  summary: "Tells who the agent is and how it does.",
  role: "read",
  answers: { 200: { description: "The agent's state.", schema: statusAnswer } },
  handle: async (_input: undefined, { status: read }: StatusNeeds) => ({ status: 200, json: await read() }),
});
