// What the agent is made of: every module, and every key of its configuration.
import type * as z from "zod";
import { accessConfig, apiModule } from "./api/index.ts";
import { checksModule } from "./checks/index.ts";
import { complianceModule } from "./compliance/index.ts";
import { packsConfig } from "./config/index.ts";
import { eventsModule } from "./events/index.ts";
import { handlersModule } from "./handlers/index.ts";
import { inputsModule } from "./inputs/index.ts";
import { logConfig } from "./kernel/log-config.ts";
import { nodeConfig } from "./node/index.ts";
import { outputsModule } from "./outputs/index.ts";
import { pipelineModule } from "./pipeline/index.ts";
import { programsModule } from "./programs/index.ts";
import { queryModule } from "./query/index.ts";
import { storeModule } from "./store/index.ts";

/** Every module, in the order of start. */
export const modules = [
  programsModule,
  storeModule,
  pipelineModule,
  outputsModule,
  queryModule,
  eventsModule,
  handlersModule,
  checksModule,
  complianceModule,
  inputsModule,
  apiModule,
] as const;

/** Each top-level key and its schema. */
export const schemas = {
  log: logConfig,
  access: accessConfig,
  programs: programsModule.config,
  node: nodeConfig.prefault({}),
  packs: packsConfig,
  events: eventsModule.config,
  store: storeModule.config,
  checks: checksModule.config,
  handlers: handlersModule.config,
  compliance: complianceModule.config,
  inputs: inputsModule.config,
  pipeline: pipelineModule.config,
  outputs: outputsModule.config,
  query: queryModule.config,
  api: apiModule.config,
};

/** The top-level keys of the configuration, with their schemas. */
export const sections = Object.entries(schemas).map(([key, schema]) => ({ key, schema }));

/** The whole configuration with every default filled in. */
export type AgentConfig = { readonly [Key in keyof typeof schemas]: z.output<(typeof schemas)[Key]> };

/** What only the process can give. */
export interface AgentNeeds {
  readonly version: string;
  /** Private directory of the agent; made when it is missing. */
  readonly stateDirectory: string;
  readonly socketPath: string;
  /** Directory of the programs that the package brings. */
  readonly shippedPrograms: string;
  /** Directory of the packs that the package brings. */
  readonly shippedPacks: string;
  /** Where the configuration file is, or would be. */
  readonly configDirectory: string;
  /** Variables of the agent's own environment. */
  readonly environment: (name: string) => string | undefined;
  /** The same, all of them. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Ends the agent as a signal would. */
  readonly requestStop: () => void;
  readonly createCertificate: (request: CertificateRequest) => Promise<{ certificate: string; key: string }>;
}

export interface CertificateRequest {
  readonly commonName: string;
  readonly names: readonly string[];
  readonly days: number;
}
