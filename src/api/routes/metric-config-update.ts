// POST /metric/config/update: says which metric programs are run from now on (contract happo §2.2, §5.1).
import { AgentError } from "../../kernel/errors.ts";
import {
  type MetricConfigUpdateAnswer,
  type MetricConfigUpdateRequest,
  metricConfigUpdateAnswer,
  metricConfigUpdateRequest,
} from "../contract/index.ts";
import { withLowerCaseKeys } from "../input.ts";
import { defineRoute } from "../route.ts";

interface PlannedHost {
  readonly hostname: string;
  readonly programs: readonly {
    readonly name: string;
    readonly option: string;
    readonly format: "sensu" | "nagios" | "prometheus";
  }[];
}

export interface MetricConfigUpdateNeeds {
  readonly metricPrograms: {
    /** Resolves when the plan is on disk; it counts at once. Throws `file.unwritable`. */
    replacePlan(plan: readonly PlannedHost[]): Promise<void>;
  };
}

export const metricConfigUpdate = defineRoute({
  method: "POST",
  path: "/metric/config/update",
  summary: "Says which metric programs are run from now on.",
  role: "operate",
  input: metricConfigUpdateRequest,
  answers: {
    200: {
      description: "OK: the file was replaced. NG: it cannot be written, and stays as it was.",
      schema: metricConfigUpdateAnswer,
    },
    400: { description: "The file stays as it was: the message says why.", schema: metricConfigUpdateAnswer },
  },
  prepare: (body) => ({ ...body, config: spelled(body["config"]) }),
  refuse: (fault) => notGood(fault.http, fault),
  async handle({ config }, { metricPrograms }: MetricConfigUpdateNeeds) {
    try {
      await metricPrograms.replacePlan(planOf(config));
    } catch (thrown) {
      if (thrown instanceof AgentError && thrown.code === "file.unwritable") return notGood(200, thrown);
      throw thrown;
    }
    return { status: 200, json: { status: "OK", message: "" } satisfies MetricConfigUpdateAnswer };
  },
});

function notGood(status: number, { message }: AgentError) {
  return { status, json: { status: "NG", message } satisfies MetricConfigUpdateAnswer };
}

function planOf({ metrics }: MetricConfigUpdateRequest["config"]): PlannedHost[] {
  return (metrics ?? []).map(({ hostname, plugins }) => ({
    hostname: hostname ?? "",
    programs: (plugins ?? []).map(({ plugin_name: name, plugin_option: option, format }) => ({
      name,
      option: option ?? "",
      format: format ?? "sensu",
    })),
  }));
}

/** A bastion of the original sends Go's own names: `Metrics`, `Hostname`, `Plugins`, `Plugin_Name`. */
function spelled(config: unknown): unknown {
  const whole = withLowerCaseKeys(config, ["metrics"]);
  return mapList(whole, "metrics", (host) =>
    mapList(withLowerCaseKeys(host, ["hostname", "plugins"]), "plugins", (plugin) =>
      withLowerCaseKeys(plugin, ["plugin_name", "plugin_option", "format"]),
    ),
  );
}

function mapList(value: unknown, key: string, change: (item: unknown) => unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const list = (value as Readonly<Record<string, unknown>>)[key];
  return Array.isArray(list) ? { ...value, [key]: list.map(change) } : value;
}
