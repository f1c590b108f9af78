// The keys of a `check` object, and of the one that a service holds (contract opsbro §5.1).
import * as z from "zod";
import { duration, interval } from "../../kernel/schema.ts";

const text = (what: string) => z.string().default("").describe(what);
const judged = z.enum(["ok", "warning", "critical", "unknown"]);

const flapLimits = z.strictObject({
  low: z.number().min(0).max(100).default(20).describe("Percent of change below which flapping ends."),
  high: z.number().min(0).max(100).default(30).describe("Percent of change from which on a check flaps."),
});

/** With `low` above `high` each result would begin flapping, or end it. */
export const flappingSchema = flapLimits.refine(({ low, high }) => low <= high, {
  ...{ path: ["low"], message: "expected at most `high`" },
});

/** Free keys are data for `{configuration.…}` and `$…$`. */
export const checkSchema = z.looseObject({
  interval: interval().prefault("10s").describe("Time between two runs; a bare number is seconds."),
  if_group: z.string().default("*").describe("Runs only while the node is in this group; `*` is always."),
  ok_output: text("Expression of the text with the state ok."),
  warning_if: text("Expression: true makes the state warning."),
  warning_output: text("Expression of the text with the state warning."),
  critical_if: text("Expression: true makes the state critical; looked at first."),
  critical_output: text("Expression of the text with the state critical."),
  script: text("Command line of a program that answers as Nagios' plugins do; used without expressions."),
  shell: z.boolean().default(false).describe("Gives the command line to /bin/sh."),
  user: z.string().min(1).optional().describe("Runs the program as this user; else as `programs.user`."),
  deadline: duration().prefault("60s").describe("How long the program, or the expressions, may take."),
  variables: z
    .record(z.string(), z.string())
    .default({})
    .describe("Expressions by name, for `{{variables.…}}`."),
  handlers: z.array(z.string()).optional().describe("Handlers that are told; all when absent."),
  display_name: text("Name for people."),
  notes: text("For people."),
  enabled: z.boolean().default(true).describe("False leaves the check out."),
  attempts: z.int().min(1).max(100).optional().describe("Problems in a row before anybody is told."),
  retry_interval: interval().optional().describe("Time between two runs while a problem is not sure."),
  flapping: z
    .union([z.boolean(), flappingSchema])
    .optional()
    .describe("Looks for states that change too often."),
  depends_on: z.array(z.string()).default([]).describe("Checks whose problems explain those of this one."),
  passive: z.boolean().default(false).describe("Results come from outside."),
  ttl: interval().optional().describe("Time without a result after which the check is silent."),
  ttl_state: judged.default("unknown").describe("State of a silent check."),
});

export type CheckBody = z.output<typeof checkSchema>;

/** Keys of today by those of before (contract opsbro §1.5). */
export const checkAliases = { apply_on: "if_group" } as const;

const known = new Set(Object.keys(checkSchema.shape));

/** The check's own data. */
export function freeKeysOf(body: CheckBody): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(body).filter(([key]) => !known.has(key)));
}

export const checkKeys: readonly string[] = [...known];
