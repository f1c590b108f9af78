// GET /metric/status: moved into /status long ago (contract happo §2.2, D6 of §2.4).
import { defineRoute } from "../route.ts";

export const metricStatus = defineRoute({
  method: "GET",
  path: "/metric/status",
  summary: "Leads to /status, where the state of the metrics is told.",
  role: "read",
  answers: { 301: { description: "Ask /status." } },
  handle: () => ({
    status: 301,
    text: '<a href="/status">Moved Permanently</a>.\n\n',
    headers: { location: "/status", "content-type": "text/html; charset=utf-8" },
  }),
});
