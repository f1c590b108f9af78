// GET /agent/collectors/history: when collectors changed their state (contract opsbro §4.4).
import type { CollectorsNeeds } from "../collector-answer.ts";
import { collectorHistoryAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export const collectorHistory = defineRoute({
  method: "GET",
  path: "/agent/collectors/history",
  summary: "Tells when collectors changed their state.",
  role: "read",
  answers: { 200: { description: "The newest changes, oldest first.", schema: collectorHistoryAnswer } },
  handle(_input: undefined, needs: CollectorsNeeds) {
    const byDate = new Map<number, { name: string; old_state: string; state: string; log: string }[]>();
    for (const { date, name, from, to, log } of needs.collectors.changes()) {
      const entries = byDate.get(date) ?? [];
      entries.push({ name, old_state: from, state: to, log });
      byDate.set(date, entries);
    }
    return { status: 200, json: [...byDate].map(([date, entries]) => ({ date, entries })) };
  },
});
