// What a compliance came to, in the older system's shape (contract opsbro §10.3).
import type { CompliancePlan } from "./definition/plan.ts";
import type { ComplianceRun } from "./running/compliance-run.ts";
import type { ComplianceState, Info } from "./running/state.ts";

interface RuleReport {
  readonly name: string;
  readonly type: string;
  readonly state: ComplianceState;
  readonly old_state: ComplianceState;
  readonly infos: readonly Info[];
  readonly mode: CompliancePlan["mode"];
  readonly compliance_name: string;
  readonly pack_name: string;
  readonly pack_level: string;
}

export interface ComplianceReport {
  readonly name: string;
  /** Identity, unique among those of its kind. */
  readonly id: string;
  readonly kind: CompliancePlan["kind"];
  readonly state: ComplianceState;
  readonly old_state: ComplianceState;
  readonly mode: CompliancePlan["mode"];
  /** False: it looks and tells, whatever its mode. */
  readonly enforced: boolean;
  readonly pack_level: string;
  readonly pack_name: string;
  readonly is_running: boolean;
  /** Name of the rule that is looked at now; empty when none is. */
  readonly current_step: string;
  readonly notes: string;
  /** Where it was written: file, line and column. */
  readonly place: string;
  /** Seconds between two looks. */
  readonly interval: number;
  /** Seconds since 1970; 0: never. */
  readonly last_run: number;
  /** Of all its rules, in their order. */
  readonly infos: readonly Info[];
  readonly rules: readonly RuleReport[];
}

export function reportOf(run: ComplianceRun): ComplianceReport {
  const { plan, state, oldState, rules } = run;
  const pack = { pack_name: plan.packName, pack_level: plan.packLevel };
  return {
    ...{ name: plan.name, id: plan.id, kind: plan.kind, state, old_state: oldState },
    ...{ mode: plan.mode, enforced: plan.mayAct, ...pack },
    ...{
      is_running: run.isRunning,
      current_step: rules[run.step]?.plan.name ?? "",
      notes: plan.notes,
      place: plan.place,
    },
    ...{ interval: plan.everyMs / 1000, last_run: Math.floor(run.lastMs / 1000) },
    infos: rules.flatMap(({ infos }) => infos),
    rules: rules.map((rule) => ({
      ...{ name: rule.plan.name, type: rule.plan.type, state: rule.state, old_state: rule.oldState },
      ...{ infos: rule.infos, mode: plan.mode, compliance_name: plan.name, ...pack },
    })),
  };
}
