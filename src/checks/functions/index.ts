// The functions of expressions that touch this host: its files, network, packages, users and neighbours.
import type { FunctionDefinition } from "../../languages/expression/index.ts";
import { complianceFunctions } from "./compliance-functions.ts";
import { filesystemFunctions } from "./filesystem-functions.ts";
import type { FunctionHost } from "./function-host.ts";
import { gossipFunctions } from "./gossip-functions.ts";
import { fileHashFunctions } from "./hash-functions.ts";
import { hostingFunctions } from "./hosting-functions.ts";
import { networkFunctions } from "./network-functions.ts";
import { packageFunctions } from "./package-functions.ts";
import { systemGroupFunctions } from "./system-functions.ts";
import { timeFunctions } from "./time-functions.ts";

export type { FunctionHost, ProgramAnswer, ProgramRequest } from "./function-host.ts";

/** All of them, by group (contract opsbro §2.5). */
export const systemFunctions: readonly FunctionDefinition<FunctionHost>[] = [
  ...filesystemFunctions,
  ...networkFunctions,
  ...packageFunctions,
  ...systemGroupFunctions,
  ...hostingFunctions,
  ...gossipFunctions,
  ...complianceFunctions,
  ...fileHashFunctions,
  ...timeFunctions,
];
