// GET /collectors/:name: one collector with its state and what it found last.

import { type CollectorsNeeds, collectorAnswerOf } from "../collector-answer.ts";
import { collectorAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export const collector = defineRoute({
  method: "GET",
  path: "/collectors/:name",
  summary: "Tells what one collector found last.",
  role: "read",
  answers: {
    200: { description: "The collector.", schema: collectorAnswer },
    404: { description: "There is no collector of that name." },
  },
  handle(_input: undefined, needs: CollectorsNeeds, { params }) {
    const report = needs.collectors.reports().find(({ name }) => name === params["name"]);
    if (report === undefined) return { status: 404, json: { error: "no collector of that name" } };
    return { status: 200, json: collectorAnswerOf(report) };
  },
});
