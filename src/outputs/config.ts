// Configuration of the outputs: each one's own keys stand under its name, beside those that all of them have.
import * as z from "zod";
import { duration, oneOrMore } from "../kernel/schema.ts";
import { type Origin, origins } from "../metric/metric.ts";
import type { Output } from "./output.ts";
import { outputs } from "./writers/index.ts";

const common = {
  name: z
    .string()
    .regex(/^[\w.-]{1,64}$/, "expected letters, digits, `_`, `.` and `-`, 64 at most")
    .optional()
    .describe("Name of its place in the journal, and in reports; that of the key when absent."),
  from: z
    .array(z.enum(origins))
    .min(1)
    .default([...origins])
    .describe("Where the metrics come from that are sent; all when absent."),
  batch: z
    .int()
    .min(1)
    .max(100_000)
    .optional()
    .describe("Metrics of one write at most; the output's own when absent."),
  every: duration().prefault("1s").describe("How often an output that has sent everything looks again."),
  deadline: duration().prefault("10s").describe("For one write."),
  retry_first: duration()
    .prefault("200ms")
    .describe("Pause after the first failure; each further one doubles it."),
  retry_limit: duration().prefault("30s").describe("The longest pause."),
};

function outputConfig(output: Output) {
  return oneOrMore(output.config.extend(common)).optional().describe(output.summary);
}

export const outputsConfig = z
  .strictObject(Object.fromEntries(outputs.map((output) => [output.name, outputConfig(output)])))
  .superRefine((config, context) => {
    const seen = new Set<string>();
    for (const { name, key } of namesIn(config)) {
      if (seen.has(name))
        context.addIssue({
          code: "custom",
          path: [key],
          message: `two outputs are called ${name}: give each a \`name\``,
        });
      seen.add(name);
    }
  });

/** Asked also where a part is wrong, which then stands there as it was written: what has no shape has no name. */
function namesIn(config: Readonly<Record<string, unknown>>): { key: string; name: string }[] {
  return outputs.flatMap(({ name: key }) => {
    const several = config[key];
    if (!Array.isArray(several)) return [];
    const names = several.map((settings: { readonly name?: unknown } | null) => settings?.name ?? key);
    return names.filter((name) => typeof name === "string").map((name) => ({ key, name }));
  });
}

export type OutputsConfig = z.output<typeof outputsConfig>;

/** What every output can be told. */
export interface CommonSettings {
  readonly name?: string;
  readonly from: readonly Origin[];
  readonly batch?: number;
  readonly every: number;
  readonly deadline: number;
  readonly retry_first: number;
  readonly retry_limit: number;
}

export interface PlannedOutput {
  readonly key: string;
  readonly name: string;
  readonly output: Output;
  readonly settings: CommonSettings;
}

/** The outputs that are configured, in the order of the list. */
export function planned(config: OutputsConfig): PlannedOutput[] {
  return outputs.flatMap((output) => {
    const several = (config[output.name] ?? []) as unknown as readonly CommonSettings[];
    return several.map((settings) => ({
      key: output.name,
      name: settings.name ?? output.name,
      output,
      settings,
    }));
  });
}

/** Names of the outputs that are configured. */
export function outputNames(config: OutputsConfig): string[] {
  return planned(config).map(({ name }) => name);
}
