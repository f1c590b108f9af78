// Which metric programs are run for which host: happo-agent's metrics.yaml (contract happo §5.1).
import { parseDocument, stringify } from "yaml";
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
  const name = textOf(item, "plugin_name");
  if (name === "") return [];
  const format = programFormats.find((one) => one === textOf(item, "format")) ?? "sensu";
  return [{ name, option: textOf(item, "plugin_option"), format }];
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
  return typeof text === "string" && !nulls.has(text) ? text : "";
}

/** The plan as a file that the original reads as well. */
export function writeMetricPlan(plan: MetricPlan): string {
  const metrics = plan.map(({ hostname, programs }) => ({
    hostname,
    plugins: programs.map(({ name, option, format }) => ({
      plugin_name: name,
      plugin_option: option,
      ...(format === "sensu" ? {} : { format }),
    })),
  }));
  return stringify({ metrics }, { lineWidth: 0 });
}
