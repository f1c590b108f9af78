// Detectors: expressions that tell what this node is, each on its beat; their groups together are the detected ones.
import type { Context } from "../../kernel/module.ts";
import { Agenda } from "../agenda.ts";

/** What one look found: the groups, or that it cannot be said yet. */
export type Finding =
  | {
      readonly matched: boolean;
      readonly groups: readonly string[];
      readonly fault?: string;
      /** Data that it asks for were missing: it looks again soon, however slow its beat is. */
      readonly lacking?: boolean;
    }
  | "pending";

export interface DetectorPlan {
  readonly id: string;
  readonly name: string;
  readonly packName: string;
  readonly packLevel: string;
  /** Where it was written: file and line. */
  readonly place: string;
  readonly everyMs: number;
  /** The condition and the groups as they were written. */
  readonly applyIf: string;
  readonly groups: readonly string[];
  readonly notes: string;
  /** Never rejects. */
  readonly look: (signal: AbortSignal) => Promise<Finding>;
}

export interface DetectorReport extends Omit<DetectorPlan, "look"> {
  /** What it found last; undefined before the first look. */
  readonly finding: Exclude<Finding, "pending"> | undefined;
}

export interface DetectorSetNeeds extends Context {
  /** Groups that each detector had found before a restart, by its identity. */
  readonly kept: ReadonlyMap<string, readonly string[]>;
  /** One of them has looked; the groups may be others than before. */
  readonly onChange: () => void;
}

interface Run {
  readonly plan: DetectorPlan;
  groups: readonly string[];
  finding: Exclude<Finding, "pending"> | undefined;
  /** Shared by all who want a look meanwhile; false: it cannot be said yet. */
  underWay: Promise<boolean> | undefined;
}

const pendingRetryMs = 500;
/** After a fault, or with data missing. */
const againWithinMs = 60_000;

export class DetectorSet {
  readonly #needs: DetectorSetNeeds;
  readonly #runs: readonly Run[];
  readonly #agenda: Agenda<Run>;
  #stopped = false;

  constructor(plans: readonly DetectorPlan[], needs: DetectorSetNeeds) {
    this.#needs = needs;
    this.#runs = plans.map((plan) => ({
      ...{ plan, groups: needs.kept.get(plan.id) ?? [] },
      ...{ finding: undefined, underWay: undefined },
    }));
    this.#agenda = new Agenda(needs.clock, (run, dueMs) => this.#due(run, dueMs));
  }

  /** All groups that were found, each once, sorted. */
  get groups(): readonly string[] {
    return [...new Set(this.#runs.flatMap(({ groups }) => groups))].sort();
  }

  /** What is to be kept over a restart. */
  get kept(): ReadonlyMap<string, readonly string[]> {
    return new Map(this.#runs.map(({ plan, groups }) => [plan.id, groups]));
  }

  get reports(): readonly DetectorReport[] {
    return this.#runs.map(({ plan: { look: _, ...plan }, finding }) => ({ ...plan, finding }));
  }

  /** True once every detector has looked. */
  get settled(): boolean {
    return this.#runs.every(({ finding }) => finding !== undefined);
  }

  start(): void {
    const nowMs = this.#needs.clock.monotonicMs();
    for (const run of this.#runs) this.#agenda.plan(run, nowMs);
  }

  /** Looks now, at all or at those of that name. Resolves with what each found. */
  async lookNow(name?: string): Promise<readonly DetectorReport[]> {
    const wanted = this.#runs.filter(
      ({ plan }) => name === undefined || plan.name === name || plan.id === name,
    );
    await Promise.all(wanted.map((run) => this.#look(run)));
    return wanted.map(({ plan: { look: _, ...plan }, finding }) => ({ ...plan, finding }));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#agenda.stop();
    await Promise.all(this.#runs.flatMap(({ underWay }) => underWay ?? []));
  }

  #due(run: Run, dueMs: number): void {
    void this.#look(run).then((settled) => {
      if (this.#stopped || this.#needs.signal.aborted) return;
      const nowMs = this.#needs.clock.monotonicMs();
      this.#agenda.plan(run, Math.max(settled ? nextMs(run, dueMs, nowMs) : nowMs + pendingRetryMs, nowMs));
    });
  }

  #look(run: Run): Promise<boolean> {
    run.underWay ??= this.#lookOnce(run).finally(() => {
      run.underWay = undefined;
    });
    return run.underWay;
  }

  async #lookOnce(run: Run): Promise<boolean> {
    const finding = await run.plan.look(this.#needs.signal);
    if (finding === "pending" || this.#needs.signal.aborted) return false;
    this.#logFault(run, finding.fault);
    run.finding = finding;
    run.groups = finding.matched ? finding.groups : [];
    // After each look: looks overlap, and only who is told knows what was there before.
    this.#needs.onChange();
    return true;
  }

  /** Once for each new fault: a detector looks every few seconds. */
  #logFault({ plan, finding }: Run, fault: string | undefined): void {
    if (fault === undefined || fault === finding?.fault) return;
    this.#needs.log.warning("a detector cannot look", {
      detector: plan.id,
      place: plan.place,
      reason: fault,
    });
  }
}

function nextMs({ plan: { everyMs }, finding }: Run, dueMs: number, nowMs: number): number {
  const isSure = finding?.fault === undefined && finding?.lacking !== true;
  return isSure ? dueMs + everyMs : Math.min(dueMs + everyMs, nowMs + againWithinMs);
}
