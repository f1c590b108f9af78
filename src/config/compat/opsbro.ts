// A configuration directory of opsbro as configuration of ours (contract opsbro §1.3, §1.4, §14 row 3).
import * as z from "zod";
import type { Overlay } from "../overlays.ts";
import { type AgentParameters, loadPacks, type ModuleDefinition, readObject } from "../packs/index.ts";

const port = (standard: number) => z.coerce.number().int().min(1).max(65_535).default(standard);
const enabled = z.union([z.boolean(), z.stringbool()]).default(true);
/** The older system listens everywhere; this one does where the file says so. */
const address = z.string().min(1).default("127.0.0.1");

const statsd = z.looseObject({
  enabled,
  port: port(8125),
  interval: z.coerce.number().positive().default(10),
  address,
});
const graphite = z.looseObject({
  ...{ enabled, port: port(2003), address },
  ...{ udp: z.boolean().default(true), tcp: z.boolean().default(true) },
});
const websocket = z.looseObject({ enabled, port: port(6769), address });

/**
 * What its main file and its module objects say, over our own files. Its checks, detectors and handlers are read where
 * all packs are. What cannot be used is told there too.
 */
export function opsbroOverlays(directory: string): Overlay[] {
  const packs = loadPacks({ core: "", levels: "", objects: [], opsbro: directory });
  const origin = packs.mainFile ?? directory;
  const given = [
    { path: ["packs", "opsbro"], value: directory },
    ...ofParameters(packs.agentParameters),
    ...ofModule(packs.modules.get("statsd"), statsd, (module) => ({
      path: ["inputs", "statsd"],
      value: { listen: [`udp://${hostOf(module)}:${module.port}`], every: `${module.interval}s` },
    })),
    ...ofModule(packs.modules.get("graphite"), graphite, (module) => ({
      path: ["inputs", "graphite"],
      value: {
        listen: [...(module.tcp ? ["tcp"] : []), ...(module.udp ? ["udp"] : [])].map(
          (scheme) => `${scheme}://${hostOf(module)}:${module.port}`,
        ),
      },
    })),
    ...ofModule(packs.modules.get("websocket"), websocket, (module) => ({
      path: ["events", "websocket"],
      value: { listen: `tcp://${hostOf(module)}:${module.port}` },
    })),
  ];
  return given.map((one) => ({ ...one, origin }));
}

type Given = Omit<Overlay, "origin">;

function ofParameters(parameters: AgentParameters): Given[] {
  const level = parameters.log_level?.toLowerCase();
  const switches = [
    { path: ["checks", "enabled"], value: parameters.monitoring_topic_enabled },
    { path: ["inputs", "collectors", "enabled"], value: parameters.metrology_topic_enabled },
    { path: ["compliance", "enabled"], value: parameters.system_compliance_topic_enabled },
  ];
  return [
    { path: ["node", "groups"], value: parameters.groups },
    { path: ["node", "display_name"], value: parameters.display_name },
    { path: ["node", "zone"], value: parameters["node-zone"] },
    { path: ["packs", "directory"], value: parameters.data },
    { path: ["log", "level"], value: level },
    // What is on is the default already.
    ...switches.filter(({ value }) => value === false),
  ];
}

function ofModule<Schema extends z.ZodType<{ enabled: boolean }>>(
  module: ModuleDefinition | undefined,
  schema: Schema,
  mapped: (settings: z.output<Schema>) => Given,
): Given[] {
  if (module === undefined) return [];
  const reading = readObject(module, schema);
  return "value" in reading && reading.value.enabled ? [mapped(reading.value)] : [];
}

function hostOf({ address: host }: { readonly address: string }): string {
  return host.includes(":") ? `[${host}]` : host;
}
