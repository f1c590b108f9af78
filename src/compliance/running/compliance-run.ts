// One object at work: the states of its rules, and what is told when one changes.
import type { CompliancePlan, RulePlan } from "../definition/plan.ts";
import type { RuleResult } from "./pass.ts";
import { type ComplianceState, type Info, mostImportant } from "./state.ts";

interface RuleRun {
  readonly plan: RulePlan;
  state: ComplianceState;
  /** Before the last change. */
  oldState: ComplianceState;
  infos: readonly Info[];
}

/** Whom a change concerns, and from which state it went. */
export interface RuleChange {
  readonly rule: RulePlan;
  readonly from: ComplianceState;
  readonly to: ComplianceState;
  readonly infos: readonly Info[];
}

const longestPauseMs = 600_000;

export class ComplianceRun {
  readonly plan: CompliancePlan;
  readonly rules: readonly RuleRun[];
  isRunning = false;
  /** Place of the rule that is looked at now; -1: of none. */
  step = -1;
  /** Milliseconds since 1970; 0: never. */
  lastMs = 0;
  oldState: ComplianceState = "PENDING";
  /** Looks in a row that tried to change something in vain. */
  failures = 0;

  constructor(plan: CompliancePlan) {
    this.plan = plan;
    this.rules = plan.rules.map((rule) => ({ plan: rule, state: "PENDING", oldState: "PENDING", infos: [] }));
  }

  get state(): ComplianceState {
    return mostImportant(this.rules.map(({ state }) => state));
  }

  /** Milliseconds from the beginning of one look to that of the next: a download that fails is not begun every 10 s. */
  get pauseMs(): number {
    const { everyMs } = this.plan;
    return Math.min(everyMs * 2 ** this.failures, Math.max(everyMs, longestPauseMs));
  }

  /** What a look that was given up came to: the rule where it stood has failed, those before are as they were. */
  givenUp(reason: string): readonly RuleResult[] {
    const failed = Math.max(0, this.step);
    return this.rules.map(({ state, infos }, place) => {
      if (place === failed)
        return { state: "ERROR", infos: [{ state: "ERROR", text: reason }], triedInVain: true };
      return place < failed ? { state, infos } : { state: "UNKNOWN", infos: [] };
    });
  }

  /** Takes what a look came to, a result for each rule, and gives the changes in the order of the rules. */
  take(results: readonly RuleResult[]): readonly RuleChange[] {
    const before = this.state;
    this.failures = results.some(({ triedInVain }) => triedInVain) ? this.failures + 1 : 0;
    const changes: RuleChange[] = [];
    for (const [place, rule] of this.rules.entries()) {
      const { state, infos } = results[place] ?? { state: "UNKNOWN", infos: [] };
      rule.infos = infos;
      if (state === rule.state) continue;
      changes.push({ rule: rule.plan, from: rule.state, to: state, infos });
      rule.oldState = rule.state;
      rule.state = state;
    }
    if (this.state !== before) this.oldState = before;
    return changes;
  }
}
