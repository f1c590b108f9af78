// Who tells people: how each handler fares, and a message to try it.
import * as z from "zod";
import type { JudgedState } from "../../event/index.ts";
import type { HandlerReport } from "../../handlers/index.ts";
import { apikeyField, checkState, handlersAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export interface HandlersNeeds {
  readonly handlers: {
    reports(): readonly HandlerReport[];
    /** Sends a made-up event at once. Throws `body.invalid` when there is no such handler. */
    test(name: string, state: JudgedState): Promise<{ readonly outcome: string; readonly text: string }>;
  };
}

export const handlers = defineRoute({
  method: "GET",
  path: "/handlers",
  summary: "Shows what each handler has sent, what waits, and what is wrong.",
  role: "read",
  answers: { 200: { description: "By handler.", schema: handlersAnswer } },
  handle: (_input: undefined, needs: HandlersNeeds) => ({
    status: 200,
    json: { handlers: needs.handlers.reports().map(shownHandler) },
  }),
});

function shownHandler({ givenUp, lastError, lastSentMs, ...report }: HandlerReport) {
  return {
    ...report,
    given_up: givenUp,
    last_fault: lastError === undefined ? null : { at: lastError.atMs / 1000, reason: lastError.reason },
    last_sent: lastSentMs === undefined ? null : lastSentMs / 1000,
  };
}

const testBody = z.strictObject({
  handler: z.string().min(1).describe("Name of the handler."),
  state: checkState
    .exclude(["pending"])
    .default("critical")
    .describe("State of the check that it is told of."),
  apikey: apikeyField,
});

export const handlersTest = defineRoute({
  method: "POST",
  path: "/handlers/test",
  summary: "Lets a handler tell of a made-up event, at once.",
  role: "operate",
  input: testBody,
  answers: {
    200: { description: "What the other side said." },
    400: { description: "There is no such handler." },
  },
  async handle({ handler, state }, needs: HandlersNeeds) {
    return { status: 200, json: await needs.handlers.test(handler, state) };
  },
});
