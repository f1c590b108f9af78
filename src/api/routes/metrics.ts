// GET /metrics: everything the agent knows, for Prometheus and whoever reads its format.
import { contentTypeOf, scrapeFormOf } from "../../formats/prometheus-accept.ts";
import type { ExpositionPage } from "../exposition-page.ts";
import { defineRoute } from "../route.ts";

export interface MetricsNeeds {
  readonly expositionPage: ExpositionPage;
}

export const metrics = defineRoute({
  method: "GET",
  path: "/metrics",
  summary:
    "Shows everything that the agent knows in Prometheus' text format, or OpenMetrics for those who ask for it; names in UTF-8 for those who ask for that (escaping=allow-utf-8).",
  role: "read",
  answers: { 200: { description: "One line for each series." } },
  async handle(_input: undefined, { expositionPage }: MetricsNeeds, { accept }) {
    const form = scrapeFormOf(accept);
    return {
      status: 200,
      text: await expositionPage(form),
      headers: { "content-type": contentTypeOf(form) },
    };
  },
});
