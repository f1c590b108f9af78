// GET /collectors: every collector with its state and what it found last (contract opsbro §4.4).

import { type CollectorsNeeds, collectorAnswerOf } from "../collector-answer.ts";
import { collectorsAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export const collectors = defineRoute({
  method: "GET",
  path: "/collectors",
  summary: "Tells what every collector found last.",
  role: "read",
  answers: { 200: { description: "Collectors by name.", schema: collectorsAnswer } },
  handle: (_input: undefined, needs: CollectorsNeeds) => ({
    status: 200,
    json: Object.fromEntries(
      needs.collectors.reports().map((report) => [report.name, collectorAnswerOf(report)]),
    ),
  }),
});
