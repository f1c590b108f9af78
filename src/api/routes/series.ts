// GET /series: which series there are.
import { seriesAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";
import type { HistoryNeeds } from "./history.ts";

const limit = 10_000;

export const series = defineRoute({
  method: "GET",
  path: "/series",
  summary: "Lists the series that history knows.",
  queries: { prefix: "Beginning of the names, such as cpustats." },
  role: "read",
  answers: {
    200: { description: "Series in the order of their names, at most 10,000.", schema: seriesAnswer },
  },
  handle: async (_input: undefined, needs: Pick<HistoryNeeds, "history">, { query }) => ({
    status: 200,
    json: { series: await needs.history.series({ prefix: query.get("prefix") ?? "", limit }) },
  }),
});
