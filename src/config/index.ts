// Reading the configuration: files, variables and flags in; checked values, origins and reports out.

export { happoOverlays } from "./compat/happo.ts";
export { type HappoFlag, happoDaemonFlags } from "./compat/happo-flags.ts";
export { configJsonSchema, type Section } from "./json-schema.ts";
export { type LoadedConfig, type LoadRequest, loadConfig } from "./load.ts";
export type { Overlay } from "./overlays.ts";
export { type ShowOptions, showConfig } from "./show.ts";
