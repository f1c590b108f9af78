// GET /history and GET /series.
import * as z from "zod";

export const aggregates = ["avg", "min", "max", "sum", "count", "last"] as const;

export const historyAnswer = z.object({
  series: z.string().describe("`name;tag=value;…`"),
  aggregate: z.enum(aggregates),
  step_seconds: z.number().describe("Distance of two points."),
  resolution_seconds: z.number().describe("How finely the values are kept that were put together."),
  points: z
    .array(z.tuple([z.number(), z.number()]))
    .describe("Unix seconds and value, ascending; steps without a value are left out."),
});

export const seriesAnswer = z.object({ series: z.array(z.string()) });

export type HistoryAnswer = z.output<typeof historyAnswer>;
export type Aggregate = (typeof aggregates)[number];
