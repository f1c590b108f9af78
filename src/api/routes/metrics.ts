// GET /metrics: everything the agent knows, for Prometheus and whoever reads its format.
import { contentTypes, type Exposition } from "../../formats/prometheus-text.ts";
import type { ExpositionPage } from "../exposition-page.ts";
import { defineRoute } from "../route.ts";

export interface MetricsNeeds {
  readonly expositionPage: ExpositionPage;
}

export const metrics = defineRoute({
  method: "GET",
  path: "/metrics",
  summary:
    "Shows everything that the agent knows in Prometheus' text format, or OpenMetrics for those who ask for it.",
  role: "read",
  answers: { 200: { description: "One line for each series." } },
  async handle(_input: undefined, { expositionPage }: MetricsNeeds, { accept }) {
    const form: Exposition = accept.includes("application/openmetrics-text") ? "openmetrics" : "prometheus";
    return {
      status: 200,
      text: await expositionPage(form),
      headers: { "content-type": contentTypes[form] },
    };
  },
});
