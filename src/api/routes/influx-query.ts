// POST /query and GET /ping: as much of InfluxDB as its clients ask for before they write.
import { AgentError } from "../../kernel/errors.ts";
import { defineRoute } from "../route.ts";

const created = { results: [{ statement_id: 0 }] };

export const influxPing = defineRoute({
  method: "GET",
  path: "/ping",
  summary: "Tells clients of InfluxDB that somebody is there.",
  role: undefined,
  answers: { 204: { description: "Yes." } },
  handle: () => ({ status: 204, text: "" }),
});

export const influxQuery = defineRoute({
  method: "POST",
  path: "/query",
  summary:
    "Answers the one statement that senders to InfluxDB begin with: CREATE DATABASE. Nothing is created.",
  role: "push",
  takes: "form",
  queries: { q: "The statement." },
  answers: {
    200: { description: "The database counts as created." },
    400: { description: "Another statement." },
  },
  handle(_body: URLSearchParams, _needs: unknown, { query }) {
    if (/^\s*create\s+database\s/i.test(query.get("q") ?? "")) return { status: 200, json: created };
    throw new AgentError("body.invalid", {
      reason: "only CREATE DATABASE is answered here; ask /render or /history",
    });
  },
});
