// Running other people's executables: the module, its configuration and its face.

export type { CatalogueEntry } from "./catalogue.ts";
export type { ProgramOutcome } from "./program-outcome.ts";
export type { Programs, RunByName } from "./programs.ts";
export { programsModule } from "./programs.ts";
