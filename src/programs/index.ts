// Running other people's executables: the module, its configuration and its face.

export type { CatalogueEntry } from "./catalogue.ts";
export { judgeCommand } from "./judgement/judge-command.ts";
export type { JudgedProgram } from "./judgement/judge-found.ts";
export type { Judgement } from "./judgement/judge-plugin.ts";
export type { ProgramOutcome } from "./program-outcome.ts";
export type { Programs } from "./programs.ts";
export { programsModule } from "./programs.ts";
export type { RunByName, RunCheck } from "./run-by-name.ts";
