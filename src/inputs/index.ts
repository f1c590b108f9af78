// Where metrics come from.
export type { Reading } from "./collector.ts";
export type { CollectorReport, CollectorState } from "./collector-run.ts";
export type { StateChange } from "./collector-set.ts";
export { createHostFiles } from "./host-files.ts";
export { activeDrivers } from "./hosting/hosting-drivers.ts";
export { collectorFacts, type Inputs, inputsModule, instanceTagOf, listenAddresses } from "./inputs.ts";
export { measureOnce, type Round } from "./measure-once.ts";
