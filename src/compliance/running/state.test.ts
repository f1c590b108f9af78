import { describe, expect, it } from "vitest";
import { type ComplianceState, complianceStates, isNotable, mostImportant } from "./state.ts";

describe("the state of a whole", () => {
  it.each<[ComplianceState[], ComplianceState]>([
    [["NOT-ELIGIBLE", "ERROR"], "NOT-ELIGIBLE"],
    [["COMPLIANT", "ERROR", "UNKNOWN"], "ERROR"],
    [["COMPLIANT", "FIXED"], "FIXED"],
    [["UNKNOWN", "COMPLIANT"], "COMPLIANT"],
    [["PENDING", "UNKNOWN"], "UNKNOWN"],
    [["PENDING"], "PENDING"],
    [[], "PENDING"],
  ])("%j is %s", (states, whole) => {
    expect(mostImportant(states)).toBe(whole);
  });
});

describe("people are told of", () => {
  it("these changes and no others", () => {
    const notable = complianceStates.flatMap((from) =>
      complianceStates.filter((to) => isNotable(from, to)).map((to) => `${from} → ${to}`),
    );
    expect(notable.sort()).toEqual([
      "COMPLIANT → ERROR",
      "ERROR → COMPLIANT",
      "ERROR → FIXED",
      "FIXED → ERROR",
      "NOT-ELIGIBLE → ERROR",
      "NOT-ELIGIBLE → FIXED",
      "PENDING → ERROR",
      "PENDING → FIXED",
      "UNKNOWN → ERROR",
      "UNKNOWN → FIXED",
    ]);
  });
});
