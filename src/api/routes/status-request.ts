// GET /status/request: answers of the last minutes by URL and status (contract happo §7.3).
import { type RequestCountsAnswer, requestCountsAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export interface RequestCountNeeds {
  /** Undefined unless the operator asked for counting. */
  readonly requestCounts: (() => RequestCountsAnswer) | undefined;
}

export const statusRequest = defineRoute({
  method: "GET",
  path: "/status/request",
  summary: "Counts the answers of the last minutes by URL and status.",
  role: "read",
  answers: {
    200: { description: "The counts.", schema: requestCountsAnswer },
    404: { description: "Counting is off (api.request_counts)." },
  },
  handle: (_input: undefined, { requestCounts }: RequestCountNeeds) =>
    requestCounts === undefined
      ? { status: 404, text: "404 page not found\n" }
      : { status: 200, json: requestCounts() },
});
