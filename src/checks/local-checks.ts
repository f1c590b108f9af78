// The judging half of the stage: detectors, groups, checks, services, quiet times, and what is kept of them.
import { join } from "node:path";
import type { PackSet } from "../config/index.ts";
import type { CheckState, Happening, JudgedState } from "../event/index.ts";
import { AgentError } from "../kernel/errors.ts";
import type { Context, Running } from "../kernel/module.ts";
import { startSchedule } from "../kernel/schedule.ts";
import type { Batch } from "../metric/metric.ts";
import type { ChecksConfig } from "./config.ts";
import { type DashboardPlan, planDashboards } from "./dashboards/dashboard-plans.ts";
import { type Plans, planChecks } from "./definition/check-plans.ts";
import { DefinedChecks } from "./definition/defined-checks.ts";
import { type DefinedKind, DefinedObjects } from "./definition/defined-objects.ts";
import type { ScriptNeeds } from "./definition/script-run.ts";
import { planDetectors } from "./detectors/detector-plans.ts";
import { type DetectorReport, DetectorSet } from "./detectors/detector-set.ts";
import { NodeGroups } from "./detectors/node-groups.ts";
import { Expressions } from "./expressions/expressions.ts";
import type { Readings } from "./expressions/scope.ts";
import type { FunctionHost } from "./functions/index.ts";
import type { CheckReport, LocalChecks } from "./judged.ts";
import { Beneath } from "./notices/beneath.ts";
import { QuietTimes } from "./notices/quiet-times.ts";
import type { ReportedCheck } from "./reported.ts";
import { type Keeper, type Kept, readKept, startKeeper } from "./retention.ts";
import type { Verdict } from "./running/check-plan.ts";
import type { CheckRun } from "./running/check-run.ts";
import { CheckSet } from "./running/check-set.ts";
import { ReportedChecks } from "./running/reported-checks.ts";
import type { ServicePlan, ServiceReport } from "./running/services.ts";

export interface LocalChecksNeeds extends ScriptNeeds {
  readonly stateDirectory: string;
  readonly hostname: string;
  readonly packs: PackSet;
  /** Values for `$name$` and `{configuration.name}` that the configuration may replace. */
  readonly globals: Readonly<Record<string, unknown>>;
  readonly readings: Readings;
  /** Groups that the configuration gives this node. */
  readonly fixedGroups: readonly string[];
  /** What expressions' functions may ask of the rest of the agent. */
  readonly host: Omit<FunctionHost, "signal" | "isInGroup" | "isInFixedGroup">;
  readonly tell: (happening: Happening) => void;
  /** Performance data. */
  readonly emitMetrics: (batches: readonly Batch[]) => void;
}

const quietEveryMs = 1000;

/** Reads what was kept, plans everything, and begins. Definitions that cannot be used are logged. */
export async function startLocalChecks(
  config: ChecksConfig,
  needs: Context & LocalChecksNeeds,
  onProblem: () => void,
): Promise<LocalChecks> {
  const path = join(needs.stateDirectory, "checks.json");
  const local = new RunningLocalChecks(config, {
    ...needs,
    onProblem,
    path,
    kept: await readKept(path, needs),
  });
  local.start();
  return local;
}

interface Beginning extends Context, LocalChecksNeeds {
  readonly onProblem: () => void;
  readonly path: string;
  readonly kept: Kept;
}

class RunningLocalChecks implements LocalChecks {
  readonly groups: NodeGroups;
  readonly expressions: Expressions;
  readonly dashboards: readonly DashboardPlan[];
  readonly #needs: Beginning;
  readonly #quiet: QuietTimes;
  readonly #set: CheckSet;
  readonly #config: ChecksConfig;
  readonly #defined: DefinedChecks;
  readonly #services: readonly ServicePlan[];
  readonly #reported: ReportedChecks;
  readonly #detectors: DetectorSet;
  readonly #keeper: Keeper;
  readonly #passing: Running;

  constructor(config: ChecksConfig, needs: Beginning) {
    const { clock, packs, kept } = needs;
    this.#needs = needs;
    this.#config = config;
    const tell = (happening: Happening) => this.#tell(happening);
    this.groups = new NodeGroups(needs.fixedGroups, [...kept.detectors.values()].flat(), {
      tell,
      onChange: () => this.#set.relink(),
    });
    const isInGroup = (group: string) => this.groups.has(group);
    this.expressions = new Expressions({
      ...{ clock, readings: needs.readings },
      host: { ...needs.host, isInGroup, isInFixedGroup: (group) => this.groups.isFixed(group) },
    });
    this.#quiet = new QuietTimes(kept.quiet, {
      clock,
      onChange: (change, { fromMs: _, ...quiet }) => tell({ type: "downtime", change, ...quiet }),
    });
    const onProblem = (line: string) => this.#warn(line);
    const own = this.#plan(needs.packs, onProblem);
    this.#services = own.services;
    const beneath = new Beneath(onProblem);
    this.#set = new CheckSet(own.checks, {
      ...{ ...needs, tell, isInGroup, kept: kept.checks },
      beneath: (id) => beneath.of(id),
      firstOkHeld: config.first_ok === "hold",
      quiet: (id) => this.#quiet.holding(id),
      emit: (metrics) => emitMetrics(metrics, needs),
    });
    const { passive_ttl: ttlMs, attempts } = config.defaults;
    const set = this.#set;
    this.#reported = new ReportedChecks({ ttlMs, attempts, limit: config.reported_limit }, { ...needs, set });
    this.#defined = new DefinedChecks({
      ...{ set, own, beneath, onProblem, plan: (some, onWrong) => this.#plan(some, onWrong) },
      objects: new DefinedObjects(join(needs.stateDirectory, "objects")),
    });
    const { expressions } = this;
    this.#detectors = new DetectorSet(
      config.enabled ? planDetectors({ packs, expressions, onProblem }) : [],
      { ...needs, kept: kept.detectors, onChange: () => this.groups.setDetected(this.#detectors.groups) },
    );
    this.dashboards = planDashboards({ packs, expressions, onProblem });
    this.#keeper = startKeeper(needs.path, () => this.#toKeep(), needs);
    const run = () => this.#passTime();
    this.#passing = startSchedule({ name: "checks.quiet", everyMs: quietEveryMs, run }, needs);
  }

  get quiet(): LocalChecks["quiet"] {
    return {
      all: this.#quiet.all,
      add: async (wanted) => {
        const added = this.#quiet.add(wanted);
        await this.#keeper.now();
        return added;
      },
      remove: async (id) => {
        if (!this.#quiet.remove(id)) return false;
        this.#set.tellHeld();
        await this.#keeper.now();
        return true;
      },
    };
  }

  start(): void {
    // Detectors that are no more have left groups behind.
    this.groups.setDetected(this.#detectors.groups);
    this.#reported.begin(this.#needs.kept.checks);
    this.#defined.begin();
    this.#detectors.start();
  }

  detectors(): readonly DetectorReport[] {
    return this.#detectors.reports;
  }

  async lookNow(name?: string): Promise<readonly DetectorReport[]> {
    return await this.#detectors.lookNow(name);
  }

  reports(): readonly CheckReport[] {
    return this.#set.active.map((run) => this.#reportOf(run));
  }

  count(state: CheckState): number {
    return this.#set.active.filter(({ kept: { standing } }) => standing.state === state).length;
  }

  services(): readonly ServiceReport[] {
    const all = [...this.#services, ...this.#defined.services];
    const offered = all.filter(({ group }) => group === undefined || this.groups.has(group));
    return offered.map((plan) => ({ ...plan, ...stateOf(plan.check, this.#set) }));
  }

  async runNow(id: string): Promise<CheckReport | undefined> {
    const run = this.#set.find(id);
    if (run?.active !== true) return undefined;
    await this.#set.runNow(run);
    return this.#reportOf(run);
  }

  async define(kind: DefinedKind, name: string, body: object): Promise<void> {
    await this.#defined.define(kind, name, body);
  }

  async forget(kind: DefinedKind, name: string): Promise<boolean> {
    return await this.#defined.forget(kind, name);
  }

  async submit(id: string, verdict: Verdict & { readonly state: JudgedState }): Promise<void> {
    const run = this.#set.find(id);
    if (run?.plan.kind !== "passive" || !run.active)
      throw new AgentError("body.invalid", { reason: `check: there is no passive check ${id} at work` });
    this.#set.submit(run, verdict);
    await this.#keeper.now();
  }

  takeReported(check: ReportedCheck): void {
    this.#reported.take(check);
  }

  settled(): boolean {
    // Nobody knows when a passive check is told of.
    const waits = ({ plan, kept }: CheckRun) => plan.kind !== "passive" && kept.standing.state === "pending";
    return this.#detectors.settled && !this.#set.active.some(waits);
  }

  async stop(): Promise<void> {
    await Promise.all([this.#defined.stop(), this.#passing.stop(), this.#detectors.stop(), this.#set.stop()]);
    await this.#keeper.stop();
  }

  #plan(packs: PackSet, onProblem: (line: string) => void): Plans {
    const { runOwn, runLine } = this.#needs;
    const { expressions } = this;
    const config = this.#config;
    if (!config.enabled) return { checks: [], services: [] };
    const globals = { ...this.#needs.globals, ...this.#needs.packs.globals, ...config.variables };
    return planChecks({ packs, expressions, config, globals, runOwn, runLine, onProblem });
  }

  #tell(happening: Happening): void {
    this.#keeper.soon();
    this.#needs.tell(happening);
  }

  #warn(problem: string): void {
    this.#needs.log.warning("a definition needs attention", { problem });
  }

  #passTime(): void {
    if (this.#quiet.passTime()) this.#set.tellHeld();
  }

  #toKeep(): Kept {
    return { checks: this.#set.kept, detectors: this.#detectors.kept, quiet: this.#quiet.all };
  }

  #reportOf(run: CheckRun): CheckReport {
    const { clock } = this.#needs;
    const { plan, kept, perfdata, tookMs } = run;
    const { state, oldState, hard, attempt, flapping } = kept.standing;
    const next = this.#set.nextMs(run);
    return {
      ...{ plan, state, oldState, hard, attempt, flapping, perfdata, tookMs },
      ...{ output: kept.output, lastCheckMs: kept.lastCheckMs, held: this.#set.heldOf(run) },
      nextCheckMs: next === undefined ? undefined : clock.now() + (next - clock.monotonicMs()),
    };
  }
}

function emitMetrics(
  metrics: Batch["metrics"],
  { clock, emitMetrics: emit }: Context & LocalChecksNeeds,
): void {
  if (metrics.length > 0) emit([{ origin: "programs", host: "", timestampMs: clock.now(), metrics }]);
}

/** A service without a check is there, and that is all that is known. */
function stateOf(check: string | undefined, set: CheckSet): { state: CheckState; output: string } {
  if (check === undefined) return { state: "ok", output: "" };
  const run = set.find(check);
  return { state: run?.kept.standing.state ?? "pending", output: run?.kept.output ?? "" };
}
