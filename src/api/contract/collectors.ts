// GET /collectors, /collectors/:name and /agent/collectors/history (contract opsbro §4.4).
import * as z from "zod";

export const collectorAnswer = z.object({
  name: z.string(),
  summary: z.string(),
  state: z.enum(["PENDING", "RUNNING", "OK", "NOT-ELIGIBLE", "ERROR", "DISABLED"]),
  log: z.string().describe("Why it is in this state; empty when all is well."),
  active: z.boolean().describe("True when the last run found something."),
  results: z.record(z.string(), z.unknown()).nullable().describe("What was found last, by key."),
  metrics: z.int().describe("Number of series."),
  every_seconds: z.number(),
  took_ms: z.number(),
  last_check: z.int().describe("Unix seconds; 0 before the first run."),
  next_check: z.int().describe("Unix seconds; 0 where there will be none."),
});

export const collectorsAnswer = z.record(z.string(), collectorAnswer);

export const collectorHistoryAnswer = z.array(
  z.object({
    date: z.int().describe("Unix seconds."),
    entries: z.array(
      z.object({ name: z.string(), old_state: z.string(), state: z.string(), log: z.string() }),
    ),
  }),
);

export type CollectorAnswer = z.output<typeof collectorAnswer>;
