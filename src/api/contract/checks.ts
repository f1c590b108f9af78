// GET /checks, /downtimes and what changes them: the checks of a host, as today's clients see them.
import * as z from "zod";
import { apikeyField } from "./apikey.ts";

export const checkState = z.enum(["pending", "ok", "warning", "critical", "unknown"]);
const judgedState = z.enum(["ok", "warning", "critical", "unknown"]);

export const checkReport = z.object({
  id: z.string(),
  name: z.string(),
  display_name: z.string(),
  host: z.string().describe("Host that it is about where that is not this one; else empty."),
  pack: z.string().describe("Empty: the local configuration."),
  level: z.string(),
  place: z.string().describe("Where it is written."),
  kind: z.enum(["rule", "program", "passive"]),
  group: z.string().nullable().describe("The group that it is for; null: every node."),
  state: checkState,
  old_state: checkState,
  hard: z.boolean().describe("False while a problem is not sure yet."),
  attempt: z.int(),
  attempts: z.int(),
  flapping: z.boolean(),
  held: z.string().nullable().describe("Why nobody is told at present."),
  output: z.string(),
  perfdata: z.string(),
  interval: z.number().describe("Seconds."),
  last_check: z.number().nullable().describe("Unix seconds."),
  next_check: z.number().nullable().describe("Unix seconds."),
  took_ms: z.number(),
  handlers: z.array(z.string()).nullable().describe("Null: all."),
  service: z.string().nullable(),
  notes: z.string(),
});

export const checksAnswer = z.object({ checks: z.array(checkReport) });

export const checkRunBody = z.strictObject({ check: z.string().min(1).describe("Identity of the check.") });

export const checkResultBody = z.strictObject({
  check: z.string().min(1).describe("Identity of a passive check."),
  state: z
    .union([judgedState, z.int().min(0).max(3)])
    .describe("ok, warning, critical or unknown; or as Nagios counts."),
  output: z.string().max(65_536).default("").describe("Text, with performance data behind a bar."),
  apikey: apikeyField,
});

const quietKind = z.enum(["downtime", "silence"]);

export const downtimeReport = z.object({
  id: z.string(),
  kind: quietKind,
  checks: z.string(),
  from: z.number().describe("Unix seconds."),
  until: z.number().describe("Unix seconds."),
  author: z.string(),
  comment: z.string(),
});

export const downtimesAnswer = z.object({ downtimes: z.array(downtimeReport) });

export const downtimeBody = z.strictObject({
  kind: quietKind.default("downtime").describe("What is planned is a downtime, what is known a silence."),
  checks: z.string().min(1).describe("Identities of checks, `*` and `?` standing for any characters."),
  from: z.number().optional().describe("Unix seconds; now when absent."),
  until: z.number().describe("Unix seconds."),
  author: z.string().max(200).default("").describe("Who asked for it; the caller's name when empty."),
  comment: z.string().max(2000).default("").describe("Why."),
  apikey: apikeyField,
});

export const doneAnswer = z.object({ done: z.boolean() });

export type CheckReportAnswer = z.output<typeof checkReport>;
export type ChecksAnswer = z.output<typeof checksAnswer>;
export type DowntimesAnswer = z.output<typeof downtimesAnswer>;
