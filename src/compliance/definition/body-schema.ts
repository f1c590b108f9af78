// The keys of `compliance` and `installor` objects (contract opsbro §10.2, §10.3).
import * as z from "zod";
import { interval, oneOrMore } from "../../kernel/schema.ts";

/** Expressions may be written as what they come to. */
const expression = z
  .union([z.string().min(1), z.boolean()])
  .transform((given) => (typeof given === "string" ? given : given ? "True" : "False"));
const variables = z
  .record(z.string(), z.string())
  .default({})
  .describe("Expressions by name, for `{{variables.…}}`.");
const freeParameters = z
  .record(z.string(), z.unknown())
  .optional()
  .describe("What the type of the rule takes.");
const postCommands = oneOrMore(z.string().min(1))
  .optional()
  .describe("Lines for a shell, after something was mended.");
const notes = z.string().default("").describe("For people.");

const common = {
  id: z.string().optional().describe("Identity in place of the file's."),
  name: z.string().optional().describe("Name in place of the file's."),
  interval: interval().optional().describe("Time between two looks; a bare number is seconds."),
  enabled: z.boolean().default(true).describe("False leaves it out."),
  ...{ note: notes, notes },
};

const environmentSchema = z.strictObject({
  name: z.string().default(""),
  if: expression.optional().describe("Expression: the first environment for which it is true is used."),
  parameters: freeParameters,
  post_commands: postCommands,
  note: notes,
});

const ruleSchema = z.strictObject({
  name: z.string().optional(),
  type: z.string().min(1),
  variables,
  environments: z.array(environmentSchema).min(1).optional(),
  parameters: freeParameters,
  post_commands: postCommands,
  interval: interval().optional().describe("Read, and without a meaning: the whole object is looked at."),
  note: notes,
});

export const complianceSchema = z.strictObject({
  ...common,
  mode: z.enum(["audit", "enforcing"]).describe("Whether it only tells, or puts things right."),
  verify_if: expression.prefault("False").describe("Expression: looked at only while it is true."),
  rule: ruleSchema.optional(),
  rules: z.array(ruleSchema).min(1).optional().describe("In order; the first that fails ends the look."),
});

export const installerSchema = z.strictObject({
  ...common,
  if: expression.prefault("False").describe("Expression: packages are installed only while it is true."),
  variables,
  environments: z
    .array(
      z.strictObject({
        name: z.string().default(""),
        if: expression.optional(),
        packages: oneOrMore(z.string().min(1)),
      }),
    )
    .min(1),
});

export type ComplianceBody = z.output<typeof complianceSchema>;
export type RuleBody = z.output<typeof ruleSchema>;
export type InstallerBody = z.output<typeof installerSchema>;
