// Which metric programs are run for which host: happo-agent's metrics.yaml (contract happo §5.1).
import { parseDocument } from "yaml";
import { AgentError } from "../../kernel/errors.ts";

const programFormats = ["sensu", "nagios", "prometheus"] as const;
/** How a program writes its metrics. */
export type ProgramFormat = (typeof programFormats)[number];

export interface PlannedProgram {
  /** Base name in the directories of metric programs. */
  readonly name: string;
  readonly option: string;
  readonly format: ProgramFormat;
}

export interface PlannedHost {
  /** Host that the metrics are reported for; may be empty. */
  readonly hostname: string;
  readonly programs: readonly PlannedProgram[];
}

export type MetricPlan = readonly PlannedHost[];

/**
 * Lenient as the original: an empty text, unknown keys and values of other kinds are nothing, scalars are texts.
 * Throws `body.invalid` when the text is no YAML.
 */
export function parseMetricPlan(text: string): MetricPlan {
  let content: unknown;
  try {
    const document = parseDocument(text, { schema: "failsafe", uniqueKeys: false, prettyErrors: false });
    const [fault] = document.errors;
    if (fault !== undefined) throw fault;
    content = document.toJS();
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.split("\n")[0] : String(thrown);
    throw new AgentError("body.invalid", { reason: `no YAML: ${reason}`, cause: thrown });
  }
  return listOf(content, "metrics").map((host) => ({
    hostname: textOf(host, "hostname"),
    programs: listOf(host, "plugins").flatMap(programOf),
  }));
}

function programOf(item: unknown): PlannedProgram[] {
  const format = programFormats.find((one) => one === textOf(item, "format")) ?? "sensu";
  return usable({ name: textOf(item, "plugin_name"), option: textOf(item, "plugin_option"), format });
}

function usable({ name, option, format }: PlannedProgram): PlannedProgram[] {
  return meant(name) === "" ? [] : [{ name, option: meant(option), format }];
}

function field(value: unknown, key: string): unknown {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
  return (value as Readonly<Record<string, unknown>>)[key];
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = field(value, key);
  return Array.isArray(list) ? list : [];
}

/** Scalars are taken as they are written: `10.10` is a name and no number. */
const nulls = new Set(["~", "null", "Null", "NULL"]);

function textOf(value: unknown, key: string): string {
  const text = field(value, key);
  return typeof text === "string" ? meant(text) : "";
}

function meant(text: string): string {
  return nulls.has(text) ? "" : text;
}

/** What is read where this was written. */
export function usablePlan(plan: MetricPlan): MetricPlan {
  return plan.map(({ hostname, programs }) => ({
    hostname: meant(hostname),
    programs: programs.flatMap(usable),
  }));
}

/**
 * The plan as a file that the original reads as well. Put together line by line: with thousands of programs the YAML
 * library holds everybody up for a fifth of a second.
 */
export function writeMetricPlan(plan: MetricPlan): string {
  return plan.length === 0 ? "metrics: []\n" : `metrics:\n${plan.map(hostLines).join("")}`;
}

function hostLines({ hostname, programs }: PlannedHost): string {
  const list = programs.length === 0 ? " []\n" : `\n${programs.map(programLines).join("")}`;
  return `  - hostname: ${scalar(hostname)}\n    plugins:${list}`;
}

function programLines({ name, option, format }: PlannedProgram): string {
  const last = format === "sensu" ? "" : `        format: ${format}\n`;
  return `      - plugin_name: ${scalar(name)}\n        plugin_option: ${scalar(option)}\n${last}`;
}

/** Signs that mean nothing to YAML, behind a letter or the dash of an option. */
const plainText = /^-{0,2}[A-Za-z][\w./=, -]*$/;
/** Words that some reader takes for something else (YAML 1.1 §10.2). */
const reserved = /^(?:null|true|false|yes|no|on|off|y|n)$/i;
/** Signs that YAML has escaped and JSON has not (YAML 1.2 §5.1). */
const unprintable = /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g;

function scalar(text: string): string {
  if (plainText.test(text) && text.trim() === text && !reserved.test(text)) return text;
  return JSON.stringify(text).replace(
    unprintable,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
