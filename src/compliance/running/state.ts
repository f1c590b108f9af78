// States of rules and compliances: which one matters most, and which changes people are told of (contract opsbro §10.3).

/** From the one that matters most to the one that matters least. */
export const complianceStates = [
  "NOT-ELIGIBLE",
  "ERROR",
  "FIXED",
  "COMPLIANT",
  "UNKNOWN",
  "PENDING",
] as const;

export type ComplianceState = (typeof complianceStates)[number];

/** One line of what a look found or did. */
export interface Info {
  readonly state: "SUCCESS" | "ERROR" | "FIX" | "COMPLIANT";
  readonly text: string;
}

/** The state of a whole by those of its rules. */
export function mostImportant(states: readonly ComplianceState[]): ComplianceState {
  return complianceStates.find((state) => states.includes(state)) ?? "PENDING";
}

const told: ReadonlySet<string> = new Set([
  ...["PENDING", "UNKNOWN", "NOT-ELIGIBLE"].flatMap((from) => [`${from} FIXED`, `${from} ERROR`]),
  ...["FIXED ERROR", "COMPLIANT ERROR", "ERROR FIXED", "ERROR COMPLIANT"],
]);

/** Whether people are told of a change. */
export function isNotable(from: ComplianceState, to: ComplianceState): boolean {
  return told.has(`${from} ${to}`);
}
