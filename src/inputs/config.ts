// Configuration of the inputs: each collector's own keys stand under its name.
import * as z from "zod";
import { duration, path } from "../kernel/schema.ts";
import { applicationCollectors } from "./applications/index.ts";
import type { Collector } from "./collector.ts";
import { hostCollectors } from "./collectors/index.ts";
import { hostingCollectors } from "./hosting/index.ts";
import type { ListenerKind } from "./listener.ts";
import { listenerKinds } from "./listener-kinds.ts";

export const allCollectors: readonly Collector[] = [
  ...hostCollectors,
  ...hostingCollectors,
  ...applicationCollectors,
];

/** What every collector can be told. The schemas are shared: a hundred of them would be a megabyte. */
const common = {
  every: duration().optional().describe("Time between two readings; the collector's own when absent."),
  deadline: duration().optional().describe("How long a reading may take; the collector's own when absent."),
};
const atWork = {
  enabled: z.boolean().optional().describe("False switches the collector off."),
  ...common,
};
const onDemand = {
  enabled: z
    .boolean()
    .optional()
    .describe("At work when it is named here, or the node is in its group; false switches it off."),
  ...common,
};

function collectorConfig(collector: Collector) {
  const own = collector.config as z.ZodObject;
  return own
    .extend(collector.onDemand === true ? onDemand : atWork)
    .optional()
    .describe(collector.summary);
}

const collectorsConfig = z
  .strictObject({
    enabled: z.boolean().default(true).describe("False switches all collectors off."),
    every: duration()
      .prefault("10s")
      .describe("Time between two readings, for collectors that have none of their own."),
    host_root: path()
      .default("/")
      .describe("Where the host's files are seen: another place when the agent runs inside a container."),
    ...Object.fromEntries(allCollectors.map((collector) => [collector.name, collectorConfig(collector)])),
  })
  .prefault({});

export const inputsConfig = z.strictObject({
  collectors: collectorsConfig,
  metric_programs: z
    .strictObject({
      enabled: z.boolean().default(true).describe("False runs no metric programs."),
      file: path()
        .optional()
        .describe(
          "List of the programs in the form of metrics.yaml; a file of that name in the state directory when absent.",
        ),
      every: duration().prefault("1m").describe("Time between two collections, and before the first one."),
      at_once: z.int().min(1).max(64).default(4).describe("Metric programs that run at the same time."),
    })
    .prefault({}),
  ...Object.fromEntries(listenerKinds.map(listenerConfig)),
});

function listenerConfig({ name, config, summary }: ListenerKind) {
  return [name, config.optional().describe(summary)] as const;
}

export type InputsConfig = z.output<typeof inputsConfig>;

/** What an operator set for one collector; undefined when it is not named. */
export interface CollectorSettings {
  readonly enabled?: boolean;
  readonly every?: number;
  readonly deadline?: number;
}
