// POST /metric, /metric/append and /metric/config/update (contract happo §2.2, §2.3, §5).
import * as z from "zod";
import { apikeyField } from "./apikey.ts";

/** Metrics of one host that came together. */
export const metricEntry = z.object({
  hostname: z.string().max(512).default("").describe("Host that was measured."),
  timestamp: z.int().default(0).describe("Unix seconds."),
  metrics: z.record(z.string(), z.number()).nullish().describe("Values by name."),
});

export const metricRequest = z.object({
  apikey: apikeyField,
  cursor: z
    .string()
    .regex(/^[\w.-]{1,64}$/, "expected 1 to 64 letters, digits, dots, dashes and underscores")
    .optional()
    .describe(
      "Name of a reader of one's own. It is given the same metrics again until it acknowledges them. Without a name, what is answered counts as read.",
    ),
  ack: z
    .string()
    .optional()
    .describe("The `next` of an answer that has arrived: what comes after it is answered."),
});

export const metricAnswer = z.object({
  metric_data: z
    .array(
      z.object({ hostname: z.string(), timestamp: z.number(), metrics: z.record(z.string(), z.number()) }),
    )
    .nullable()
    .describe("In order of arrival, those of at most 60 seconds; null when there are none."),
  message: z.string(),
  next: z.string().optional().describe("For `ack`, when a cursor was named."),
});

export const metricAppendRequest = z.object({
  apikey: apikeyField,
  metric_data: z
    .array(metricEntry)
    .nullish()
    .describe(
      "Checked all together; stored all together or not at all up to 10000 metrics, in such parts beyond.",
    ),
});

export const metricAppendAnswer = z.object({
  status: z.enum(["ok", "error"]),
  message: z.string(),
});

const plugin = z.object({
  plugin_name: z
    .string()
    .regex(/^(?!\.{1,2}$)[^/\p{Cc}]{1,255}$/u, "expected the base name of a program")
    .describe("Base name of a program in the directories of metric programs."),
  plugin_option: z.string().max(131_072).nullish().describe("Its options, split as a shell would."),
  format: z
    .enum(["sensu", "nagios", "prometheus"])
    .optional()
    .describe("How it writes its metrics; sensu when absent."),
});

const plannedHost = z.object({
  hostname: z.string().max(512).nullish().describe("Host that its metrics are reported for."),
  plugins: z.array(plugin).nullish(),
});

export const metricConfigUpdateRequest = z.object({
  apikey: apikeyField,
  config: z
    .object({ metrics: z.array(plannedHost).nullish() })
    .describe("What the file of the metric programs says from now on; an empty list runs none."),
});

export const metricConfigUpdateAnswer = z.object({
  status: z.enum(["OK", "NG"]),
  message: z.string(),
});

export type MetricEntry = z.output<typeof metricEntry>;
export type MetricAppendAnswer = z.output<typeof metricAppendAnswer>;
export type MetricConfigUpdateRequest = z.output<typeof metricConfigUpdateRequest>;
export type MetricConfigUpdateAnswer = z.output<typeof metricConfigUpdateAnswer>;
