// The agent's own parameters in opsbro's main file (contract 1.3), each checked by itself.
import * as z from "zod";
import type { Problem } from "../problem.ts";
import type { Mapping } from "../tree.ts";
import { readObject } from "./read-object.ts";
import { renameAliases } from "./rename-aliases.ts";

const texts = z.array(z.string().min(1));
const flag = z.boolean();
const text = z.string();
const portWords = { error: "expected a whole number from 1 to 65535" };
const port = z.union(
  [
    z.int(portWords).min(1, portWords).max(65_535, portWords),
    z
      .string()
      .regex(/^\d{1,5}$/, portWords)
      .transform(Number)
      .pipe(z.int().min(1, portWords).max(65_535, portWords)),
  ],
  portWords,
);
const key = z
  .string()
  .refine((written) => written === "" || Buffer.from(written, "base64").length === 16, {
    error: "expected a key of 16 bytes in base64",
  })
  .meta({ secret: true });

const schemas = {
  groups: texts,
  display_name: text,
  process_name: text,
  datacenters: texts,
  "node-zone": text,
  "proxy-node": flag,
  bootstrap: flag,
  seeds: texts,
  port,
  encryption_key: key,
  master_key_priv: text,
  master_key_pub: text,
  data: text,
  lock: text,
  socket: text,
  log: text,
  libexec: text,
  log_level: z.enum(["ERROR", "WARNING", "INFO", "DEBUG"]),
  service_discovery_topic_enabled: flag,
  automatic_detection_topic_enabled: flag,
  monitoring_topic_enabled: flag,
  metrology_topic_enabled: flag,
  configuration_automation_topic_enabled: flag,
  system_compliance_topic_enabled: flag,
} as const;

type Schemas = typeof schemas;

export type AgentParameters = { readonly [Key in keyof Schemas]?: z.output<Schemas[Key]> };

const aliases = { tags: "groups" } as const;

/** Names as they are written in the file, aliases included. */
export const agentParameterNames: readonly string[] = [...Object.keys(schemas), ...Object.keys(aliases)];

/** Those that are edited item by item (contract 1.6). */
export const agentListParameters: readonly string[] = ["groups", "tags", "seeds", "datacenters"];

/** A wrong value costs only itself; it stands among the problems with its place. */
export function readAgentParameters(given: Mapping): {
  parameters: AgentParameters;
  problems: readonly Problem[];
} {
  const { body, problems } = renameAliases({ label: "", path: [], body: given }, aliases);
  const values: Record<string, unknown> = {};
  const found: Problem[] = [...problems];
  for (const [name, schema] of Object.entries(schemas)) {
    const entry = body.entries.get(name);
    if (entry === undefined) continue;
    const alone: Mapping = { ...body, entries: new Map([[name, entry]]) };
    const reading = readObject({ label: "", path: [], body: alone }, z.object({ [name]: schema }));
    if ("problems" in reading) found.push(...reading.problems);
    else values[name] = reading.value[name];
  }
  return { parameters: values, problems: found };
}
