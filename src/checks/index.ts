// Judging: detectors, checks, and check programs on request.
export { type Checks, checksModule } from "./checks.ts";
export { type FunctionListing, listFunctions } from "./expressions/list-functions.ts";
export type { CheckReport, LocalChecks } from "./judged.ts";
