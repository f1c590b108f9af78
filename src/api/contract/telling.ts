// GET /inputs, /outputs, /series/top and /reported: what comes in, what leaves, who makes the series, what others say.
import * as z from "zod";

const counts = z.record(z.string(), z.number());

export const inputsAnswer = z.object({
  inputs: z.array(
    z.object({
      name: z.string(),
      addresses: z.array(z.string()),
      received: z.number().describe("Lines or packets since the start."),
      metrics: z.number().describe("Values since the start."),
      faults: counts.describe("What said nothing, by reason."),
      kernel_drops: z
        .number()
        .nullable()
        .describe("Datagrams that the kernel dropped before they were read."),
      receive_buffer_bytes: z.number().nullable().describe("Granted by the kernel for each UDP socket."),
      connections: z.number(),
      denied: z.number().describe("Senders and connections that were turned away."),
    }),
  ),
});

export const outputsAnswer = z.object({
  outputs: z.array(
    z.object({
      name: z.string(),
      type: z.string(),
      state: z.enum(["idle", "sending", "retrying", "stopped"]),
      sent: z.number().describe("Metrics since the start that the other side has."),
      refused: z.number().describe("Metrics that the other side will never take."),
      lost: z.number().describe("Metrics that grew too old, or were too many, before they could be sent."),
      retries: z.number().describe("Writes that failed and were tried again."),
      waiting: z.number().describe("Metrics that wait in the journal."),
      last_sent: z.number().nullable().describe("Unix seconds."),
      last_fault: z.object({ at: z.number(), reason: z.string() }).nullable(),
    }),
  ),
});

const shares = z.array(z.object({ name: z.string(), count: z.number() }));

export const seriesTopAnswer = z.object({
  sources: z.array(
    z.object({
      source: z.string(),
      limit: z.number(),
      series: z.number().describe("Series that had a metric of late."),
      overflow: z.number().describe("Metrics since the start for which there was no room."),
      families: shares.describe("First two parts of names with the most series."),
      tags: shares.describe("Tags with the most values."),
      refused: shares.describe("First two parts of names with the most metrics that found no room."),
    }),
  ),
});

const tags = z.record(z.string(), z.string());

export const reportedAnswer = z.object({
  checks: z.array(
    z.object({
      name: z.string(),
      host: z.string(),
      state: z.enum(["ok", "warning", "critical", "unknown"]),
      message: z.string(),
      tags,
      at: z.number().describe("Unix seconds."),
    }),
  ),
  events: z.array(
    z.object({
      title: z.string(),
      text: z.string(),
      host: z.string(),
      level: z.string(),
      tags,
      at: z.number().describe("Unix seconds."),
    }),
  ),
});

/** One line of GET /tap: a metric, or how many were missed. */
export const tapLine = z.union([
  z.object({
    name: z.string(),
    tags,
    value: z.number(),
    timestamp: z.number().describe("Milliseconds since 1970."),
    host: z.string(),
    origin: z.string(),
  }),
  z.object({ missed: z.number() }),
]);

export type InputsAnswer = z.output<typeof inputsAnswer>;
export type OutputsAnswer = z.output<typeof outputsAnswer>;
export type SeriesTopAnswer = z.output<typeof seriesTopAnswer>;
export type ReportedAnswer = z.output<typeof reportedAnswer>;
export type TapLine = z.output<typeof tapLine>;
