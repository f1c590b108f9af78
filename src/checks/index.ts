// Judging: check programs on request, and what is looked at when one of them fails.
export { type CheckReport, type Checks, checksModule } from "./checks.ts";
