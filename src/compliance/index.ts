// Compliance: what must be so on this host, looked at over and over, and put right where that is allowed.
export {
  type Compliance,
  type ComplianceExpressions,
  type ComplianceNeeds,
  complianceModule,
} from "./compliance.ts";
export type { ComplianceReport } from "./report.ts";
export type { ComplianceState } from "./running/state.ts";
