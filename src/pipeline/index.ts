// What every metric passes on its way from where it came in to where it is kept.
export type { PipelineConfig } from "./config.ts";
export { type Pipeline, pipelineModule } from "./pipeline.ts";
export type { SourceReport } from "./series-guard.ts";
export type { Tap, Taps } from "./taps.ts";
