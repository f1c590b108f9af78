// Packs and local objects in opsbro's form: reading them, their levels and parameters, editing and overloading them.

export { type AgentParameters, agentListParameters } from "./agent-parameters.ts";
export {
  editParameter,
  type ParameterChange,
  type ParameterEdit,
  type ParameterFile,
} from "./edit-parameter.ts";
export { loadPacks, type PacksRequest } from "./load-packs.ts";
export { type ModuleName, type ObjectKind, objectKinds } from "./object-kind.ts";
export { overloadPack } from "./overload-pack.ts";
export { type Pack, type PackFacts, type PackLevel, packAddress } from "./pack.ts";
export type { PackSet } from "./pack-set.ts";
export { type PacksConfig, packsConfig } from "./packs-config.ts";
export { findPack, findParameter, type ParameterAddress } from "./parameter-address.ts";
export { type ObjectReading, type ReadOptions, readObject } from "./read-object.ts";
export { getParameter, type Parameter, showParameters } from "./show-parameters.ts";
export { parameterShower } from "./shown-parameter.ts";
export type { ModuleDefinition, ObjectDefinition, Written } from "./written.ts";
