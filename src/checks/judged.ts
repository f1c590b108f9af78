// What is told of a host's own checks, and what can be asked of them.
import type { CheckState, Held, JudgedState } from "../event/index.ts";
import type { Running } from "../kernel/module.ts";
import type { DashboardPlan } from "./dashboards/dashboard-plans.ts";
import type { DefinedKind } from "./definition/defined-objects.ts";
import type { DetectorReport } from "./detectors/detector-set.ts";
import type { NodeGroups } from "./detectors/node-groups.ts";
import type { Expressions } from "./expressions/expressions.ts";
import type { QuietTime, QuietTimes } from "./notices/quiet-times.ts";
import type { ReportedCheck } from "./reported.ts";
import type { CheckPlan, Verdict } from "./running/check-plan.ts";
import type { ServiceReport } from "./running/services.ts";

export interface CheckReport {
  readonly plan: CheckPlan;
  readonly state: CheckState;
  readonly oldState: CheckState;
  readonly output: string;
  readonly perfdata: string;
  readonly hard: boolean;
  readonly attempt: number;
  readonly flapping: boolean;
  /** Why nobody is told at present. */
  readonly held: Held | undefined;
  /** Milliseconds since 1970; 0: never, undefined: not planned. */
  readonly lastCheckMs: number;
  readonly nextCheckMs: number | undefined;
  readonly tookMs: number;
}

export interface LocalChecks extends Running {
  readonly groups: Pick<NodeGroups, "all" | "fixed" | "detected" | "has" | "isFixed" | "add" | "remove">;
  readonly expressions: Expressions;
  /** A change resolves when it is on disk, or the disk does not take it. */
  readonly quiet: Pick<QuietTimes, "all"> & {
    add(wanted: Omit<QuietTime, "id">): Promise<QuietTime>;
    /** False where there is no such one. */
    remove(id: string): Promise<boolean>;
  };
  readonly dashboards: readonly DashboardPlan[];
  detectors(): readonly DetectorReport[];
  lookNow(name?: string): Promise<readonly DetectorReport[]>;
  /** Those that are at work on this node. */
  reports(): readonly CheckReport[];
  /** How many of them are in that state. */
  count(state: CheckState): number;
  services(): readonly ServiceReport[];
  /** Runs a check now and resolves with what it found; undefined: there is no such one at work. */
  runNow(id: string): Promise<CheckReport | undefined>;
  /** Writes a check or a service, and begins with it; throws `body.invalid` where it cannot be used. */
  define(kind: DefinedKind, name: string, body: object): Promise<void>;
  /** Takes one away that was defined so; false when there is none. */
  forget(kind: DefinedKind, name: string): Promise<boolean>;
  /** Resolves when a result from outside is on disk, or the disk does not take it; rejects with `body.invalid` where there is no such passive check. */
  submit(id: string, verdict: Verdict & { readonly state: JudgedState }): Promise<void>;
  takeReported(check: ReportedCheck): void;
  /** Collectors, detectors and checks have all had a first say. */
  settled(): boolean;
}
