// The module: what must be so on this host, from packs and files, looked at over and over.
import type { PackSet } from "../config/index.ts";
import type { Happening } from "../event/index.ts";
import { type Context, defineModule, type Running } from "../kernel/module.ts";
import type { ProgramOutcome } from "../programs/index.ts";
import { type ComplianceConfig, complianceConfig } from "./config.ts";
import { planCompliances } from "./definition/compliance-plans.ts";
import type { ComplianceExpressions } from "./definition/plan.ts";
import { createHost } from "./host/compliance-host.ts";
import type { RunProgram } from "./host/program.ts";
import { type ComplianceReport, reportOf } from "./report.ts";
import type { ComplianceRun } from "./running/compliance-run.ts";
import { ComplianceSet } from "./running/compliance-set.ts";
import { type ComplianceState, complianceStates } from "./running/state.ts";

export type { ComplianceExpressions };

export interface ComplianceNeeds {
  readonly packs: Pick<PackSet, "objects" | "parametersOf" | "globals">;
  readonly expressions: ComplianceExpressions;
  /** Runs any program of the system's path. */
  readonly runSystem: RunProgram;
  readonly hasProgram: (name: string) => boolean;
  /** Gives a line of this host's own configuration to a shell. */
  readonly runLine: (request: {
    readonly line: string;
    readonly merged: boolean;
    readonly deadlineMs: number;
  }) => Promise<ProgramOutcome>;
  readonly tell: (happening: Happening) => void;
}

export interface Compliance extends Running {
  /** Compliances, then installers. */
  reports(): readonly ComplianceReport[];
  /** Looks now, whatever the condition says, and resolves with what it came to; undefined: there is none of that name. */
  launch(name: string): Promise<ComplianceReport | undefined>;
  /** Of a compliance, an installer or a rule of that name; `UNKNOWN` when there is none. */
  stateOf(name: string): ComplianceState;
  counts(): Readonly<Record<ComplianceState, number>>;
  /** True once each has been looked at. */
  settled(): boolean;
}

export const complianceModule = defineModule<ComplianceConfig, ComplianceNeeds, Compliance>({
  name: "compliance",
  summary: "Looks whether files, packages, repositories and users are as they must be, and puts them right.",
  config: complianceConfig,
  async start(config, needs) {
    return new RunningCompliance(config, needs);
  },
});

class RunningCompliance implements Compliance {
  readonly #set: ComplianceSet;

  constructor(config: ComplianceConfig, needs: Context & ComplianceNeeds) {
    const { log, expressions, telemetry } = needs;
    const onProblem = (problem: string) => log.warning("a definition needs attention", { problem });
    const host = createHost({
      ...{ clock: needs.clock, root: config.host_root, downloadLimitBytes: config.download_limit },
      ...{ run: needs.runSystem, hasProgram: needs.hasProgram },
    });
    this.#set = new ComplianceSet(config.enabled ? planCompliances({ ...needs, config, onProblem }) : [], {
      ...{ ...needs, host, deadlineMs: config.deadline },
      isEarly: (asked) => expressions.isEarly(asked),
    });
    for (const state of complianceStates)
      telemetry.gauge("compliances", "Compliances of this host by state.", () => this.counts()[state], {
        state: state.toLowerCase(),
      });
    this.#set.start();
  }

  reports(): readonly ComplianceReport[] {
    return this.#set.runs.map(reportOf);
  }

  async launch(name: string): Promise<ComplianceReport | undefined> {
    const run = this.#find(name);
    if (run === undefined) return undefined;
    await this.#set.launch(run);
    return reportOf(run);
  }

  stateOf(name: string): ComplianceState {
    const rules = () => this.#set.runs.flatMap((run) => run.rules);
    const found = this.#find(name) ?? rules().find(({ plan }) => plan.name === name);
    return found?.state ?? "UNKNOWN";
  }

  counts(): Readonly<Record<ComplianceState, number>> {
    const counts = { "NOT-ELIGIBLE": 0, ERROR: 0, FIXED: 0, COMPLIANT: 0, UNKNOWN: 0, PENDING: 0 };
    for (const { state } of this.#set.runs) counts[state] += 1;
    return counts;
  }

  settled(): boolean {
    return this.#set.runs.every(({ lastMs }) => lastMs > 0);
  }

  async stop(): Promise<void> {
    await this.#set.stop();
  }

  #find(name: string): ComplianceRun | undefined {
    const { runs } = this.#set;
    return runs.find(({ plan }) => plan.name === name) ?? runs.find(({ plan }) => plan.id === name);
  }
}
