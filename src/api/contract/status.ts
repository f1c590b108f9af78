// GET /status, /status/memory and /status/request (contract happo §7).
import * as z from "zod";

export const statusAnswer = z.object({
  app_version: z.string(),
  uptime_seconds: z.int(),
  num_goroutine: z.int().describe("Active resources of the process: sockets, timers, files."),
  metric_buffer_status: z
    .object({ newest_timestamp: z.int(), oldest_timestamp: z.int(), length: z.int(), capacity: z.int() })
    .describe(
      "Metrics that POST /metric has not handed over: arrival of the first and the last in Unix seconds, and seconds in which some came.",
    ),
  callers: z.array(z.string()).describe("The kinds of active resources."),
  leveldb_properties: z
    .record(z.string(), z.string())
    .describe("Figures of the store; empty while it is closed."),
  disable_collect_metrics: z.boolean(),
  pid: z.int(),
  listen: z.array(z.string()).describe("Addresses on which the agent answers."),
  certificate: z
    .object({
      ...{ fingerprint: z.string(), subject: z.string(), not_after: z.string() },
      replaced: z
        .object({ old: z.string().nullable(), at: z.string() })
        .nullable()
        .describe("Set until it is acknowledged: the own one was lost, and this one was made."),
    })
    .nullable()
    .describe("SHA-256 of the certificate, its subject, and its end in ISO 8601."),
  programs: z.object({
    engine: z.string(),
    running: z.int(),
    waiting: z.int(),
    leaked: z.int(),
  }),
  connections: z.object({ open: z.int(), waiting: z.int(), limit: z.int() }),
  telemetry: z.record(z.string(), z.number()).describe("The agent's own counters and gauges by name."),
});

export type StatusAnswer = z.output<typeof statusAnswer>;

/** Names of Go's runtime.MemStats, 0 where Node has no such thing. */
export const memoryAnswer = z.record(z.string(), z.union([z.number(), z.boolean(), z.array(z.number())]));

const requestCounts = z
  .array(z.object({ url: z.string(), counts: z.record(z.string(), z.int()) }))
  .nullable();

export const requestCountsAnswer = z.object({
  last1: requestCounts.describe(
    "Answers of the last 60 seconds by URL and status; null when there were none.",
  ),
  last5: requestCounts.describe("The same for 300 seconds."),
});

export type RequestCountsAnswer = z.output<typeof requestCountsAnswer>;
