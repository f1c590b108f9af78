// Configuration of the history.
import * as z from "zod";
import { byteSize, duration, oneOrMore } from "../../kernel/schema.ts";
import { aggregations } from "./aggregation.ts";
import { faultOfOrder, parseResolution, withSpans } from "./resolution.ts";

const leastBytes = 1024 * 1024;
const leastFlushMs = 1000;
const expected =
  "expected a width and how long it is kept, such as 10s:1d, 1m:30d or 15m:1y, both with a unit and above zero";

const resolution = z
  .string({ error: expected })
  .meta({ examples: ["10s:1d", "1m:30d", "15m:1y"] })
  .transform((text, context) => {
    const parsed = parseResolution(text);
    if (parsed !== undefined) return parsed;
    context.issues.push({ code: "custom", message: expected, input: text });
    return z.NEVER;
  });

const resolutions = z
  .array(resolution)
  .min(1, "expected at least one resolution, such as 10s:1d")
  .max(6, "expected at most six resolutions")
  .check((context) => {
    const fault = faultOfOrder(context.value);
    if (fault !== undefined) context.issues.push({ code: "custom", message: fault, input: context.value });
  })
  .transform(withSpans);

const aggregationRule = z.strictObject({
  match: oneOrMore(z.string().min(1).max(512)).describe(
    "Names of series, `*` and `?` standing for any characters.",
  ),
  method: z.enum(aggregations).describe("How values of one place become one: avg, sum, min, max or last."),
});

export const historyConfig = z
  .strictObject({
    resolutions: resolutions
      .prefault(["10s:1d", "1m:30d", "15m:1y"])
      .describe(
        "Width of a point and how long it is kept, the finest first; each a multiple of the one before.",
      ),
    aggregation: z
      .array(aggregationRule)
      .max(200)
      .default([])
      .describe(
        "Which value stands for a longer time, by name; the first rule that fits counts. Behind them stand the usual ones: sum for `*.count` and `*.sum`, max for `*.upper` and `*.max`, min for `*.lower` and `*.min` (with `_90` and the like behind them), avg for all others.",
      ),
    max_size: byteSize()
      .refine((bytes) => bytes >= leastBytes, "must be 1MiB or more")
      .prefault("256MiB")
      .describe(
        "Bytes on disk, 1MiB or more; each resolution has an equal share, and its oldest files go first.",
      ),
    max_series: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(20_000)
      .describe("Series kept at the same time; points of further ones are refused and counted."),
    flush_every: duration()
      .refine((ms) => ms >= leastFlushMs, "must be 1s or more")
      .prefault("1m")
      .describe("Points are on disk at the latest after this time, 1s or more."),
  })
  .prefault({});

export type HistoryConfig = z.output<typeof historyConfig>;
