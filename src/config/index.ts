// Reading the configuration: files, variables and flags in; checked values, origins and reports out.

export { happoDefaults, happoOverlays, isHappoEnvironment } from "./compat/happo.ts";
export { type HappoFlag, happoDaemonFlags } from "./compat/happo-flags.ts";
export { opsbroOverlays } from "./compat/opsbro.ts";
export { configJsonSchema, type Section } from "./json-schema.ts";
export { type LoadedConfig, type LoadRequest, loadConfig } from "./load.ts";
export { nearestKey } from "./nearest-key.ts";
export type { Overlay } from "./overlays.ts";
export * from "./packs/index.ts";
export { type Problem, problemLine } from "./problem.ts";
export { type ShowOptions, showConfig } from "./show.ts";
export { type Path, type Place, plain, type Tree } from "./tree.ts";
