// All checks of this host: when each is run, what its result changes, and whether people are told.
import { createHash } from "node:crypto";
import type { Happening, Held, JudgedState } from "../../event/index.ts";
import { stateIdOf } from "../../event/index.ts";
import { AgentError, reasonOf } from "../../kernel/errors.ts";
import type { Context } from "../../kernel/module.ts";
import type { Metric } from "../../metric/metric.ts";
import { Agenda } from "../agenda.ts";
import { isProblem, judge } from "../judging/standing.ts";
import type { Dependencies } from "../notices/dependencies.ts";
import type { CheckPlan, Verdict } from "./check-plan.ts";
import { boundedOutput, type CheckRun, factsOf, type KeptCheck, newCheckRun } from "./check-run.ts";
import { metricsOfPerfdata } from "./script.ts";

export interface CheckSetNeeds extends Context {
  readonly hostname: string;
  readonly dependencies: Dependencies;
  /** By identity. */
  readonly kept: ReadonlyMap<string, KeptCheck>;
  readonly isInGroup: (group: string) => boolean;
  /** Undefined: people may be told of the check. */
  readonly quiet: (id: string) => Held | undefined;
  readonly tell: (happening: Happening) => void;
  readonly emit: (metrics: readonly Metric[]) => void;
  /** True: nobody is told of a first result that is ok. */
  readonly firstOkHeld: boolean;
  /** A problem became sure. */
  readonly onProblem: () => void;
}

/** However slow a check's beat is, soon after the start it has been run once; programs cost more than rules. */
const firstWithinMs = { rule: 2000, program: 10_000, passive: 10_000 };
const pendingRetryMs = 1000;

export class CheckSet {
  readonly #needs: CheckSetNeeds;
  readonly #runs = new Map<string, CheckRun>();
  readonly #agenda: Agenda<CheckRun>;
  #stopped = false;

  constructor(plans: readonly CheckPlan[], needs: CheckSetNeeds) {
    this.#needs = needs;
    this.#agenda = new Agenda(needs.clock, (run, dueMs) => this.#due(run, dueMs));
    const nowMs = needs.clock.monotonicMs();
    for (const plan of plans) this.#runs.set(plan.id, newCheckRun(plan, needs.kept.get(plan.id), nowMs));
  }

  /** Those of the groups that the node is in, in the order of their identities. */
  get active(): readonly CheckRun[] {
    return [...this.#runs.values()]
      .filter(({ active }) => active)
      .sort((one, other) => (one.plan.id < other.plan.id ? -1 : 1));
  }

  /** What is to be kept over a restart. */
  get kept(): ReadonlyMap<string, KeptCheck> {
    return new Map([...this.#runs].map(([id, { kept }]) => [id, kept]));
  }

  find(id: string): CheckRun | undefined {
    return this.#runs.get(id);
  }

  nextMs(run: CheckRun): number | undefined {
    return this.#agenda.dueOf(run);
  }

  /** Begins those whose group the node came into, ends those whose group it left. */
  relink(): void {
    const nowMs = this.#needs.clock.monotonicMs();
    for (const run of this.#runs.values()) {
      const { group, everyMs } = run.plan;
      const wanted = group === undefined || this.#needs.isInGroup(group);
      if (wanted === run.active) continue;
      run.active = wanted;
      run.heardMs = nowMs;
      if (!wanted) this.#agenda.remove(run);
      else {
        const splay = this.#splayOf(run.plan);
        // Whole, so that the places of the grid are exact: a fraction could make one come twice.
        run.gridMs = Math.floor(nowMs + splay * everyMs);
        this.#agenda.plan(run, nowMs + Math.floor(splay * Math.min(everyMs, firstWithinMs[run.plan.kind])));
      }
    }
  }

  /** One more check at run time, such as one that somebody reports. */
  add(plan: CheckPlan): CheckRun {
    const { clock, kept } = this.#needs;
    const run = newCheckRun(plan, kept.get(plan.id), clock.monotonicMs());
    run.active = true;
    this.#runs.set(plan.id, run);
    this.#agenda.plan(run, clock.monotonicMs() + this.#beatMs(run));
    return run;
  }

  /** A check in place of the one of its identity, whose state it goes on with. It begins with the next `relink`. */
  put(plan: CheckPlan): void {
    const kept = this.#runs.get(plan.id)?.kept ?? this.#needs.kept.get(plan.id);
    this.remove(plan.id);
    this.#runs.set(plan.id, newCheckRun(plan, kept, this.#needs.clock.monotonicMs()));
  }

  remove(id: string): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    run.active = false;
    this.#agenda.remove(run);
    this.#runs.delete(id);
  }

  /** A result from outside. */
  submit(run: CheckRun, verdict: Verdict & { readonly state: JudgedState }): void {
    run.heardMs = this.#needs.clock.monotonicMs();
    this.#take(run, verdict);
  }

  /** Runs the check now, beside its beat. A run that is under way is waited for instead. */
  async runNow(run: CheckRun): Promise<void> {
    run.underWay ??= this.#once(run);
    await run.underWay;
  }

  /** Tells of what changed while people were not to be told. */
  tellHeld(): void {
    for (const run of this.#runs.values()) {
      const { standing, told } = run.kept;
      if (!run.active || !standing.hard || stateIdOf(told) === stateIdOf(standing.hardState)) continue;
      if (this.heldOf(run) === undefined) this.#tell(run, undefined);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#agenda.stop();
    await Promise.all([...this.#runs.values()].flatMap(({ underWay }) => underWay ?? []));
  }

  #due(run: CheckRun, dueMs: number): void {
    const { plan } = run;
    if (plan.run === undefined) {
      this.#listenFor(run);
      this.#agenda.plan(run, dueMs + this.#beatMs(run));
      return;
    }
    if (run.underWay !== undefined) {
      this.#agenda.plan(run, dueMs + plan.everyMs);
      return;
    }
    run.underWay = this.#once(run);
    void run.underWay.then((again) => {
      if (!this.#stopped && run.active) this.#agenda.plan(run, this.#nextDueMs(run, dueMs, again));
    });
  }

  /** On the grid of its beat, whatever the run took; beats that fell away are not made up for. */
  #nextDueMs(run: CheckRun, dueMs: number, again: number | undefined): number {
    const nowMs = this.#needs.clock.monotonicMs();
    if (again !== undefined) return nowMs + again;
    const {
      gridMs,
      plan: { everyMs },
    } = run;
    return gridMs + (Math.floor((Math.max(nowMs, dueMs) - gridMs) / everyMs) + 1) * everyMs;
  }

  /** Resolves with the milliseconds after which to try again, where that is not the beat. */
  async #once(run: CheckRun): Promise<number | undefined> {
    const { clock, log, signal } = this.#needs;
    const beganMs = clock.monotonicMs();
    try {
      const verdict = await run.plan.run?.(signal);
      run.tookMs = clock.monotonicMs() - beganMs;
      if (verdict === undefined || signal.aborted) return undefined;
      const { state } = verdict;
      if (state === "pending") return pendingRetryMs;
      run.heardMs = clock.monotonicMs();
      await this.#askBeneath(run, state);
      this.#take(run, { ...verdict, state });
      return run.kept.standing.hard ? undefined : run.plan.retryMs;
    } catch (thrown) {
      // Not run for want of room, or of the means: what is known stays.
      const reason = thrown instanceof AgentError ? thrown.message : reasonOf(thrown);
      log.warning("a check was not run", { check: run.plan.id, reason });
      return undefined;
    } finally {
      run.underWay = undefined;
    }
  }

  /** Before a new problem is told, what it stands on is looked at once more: the fault may lie there. */
  async #askBeneath(run: CheckRun, state: JudgedState): Promise<void> {
    if (state === "ok" || isProblem(run.kept.standing.hardState)) return;
    const beneath = this.#needs.dependencies.beneath.get(run.plan.id) ?? [];
    const asked = beneath.flatMap((id) => this.#runs.get(id) ?? []).filter(({ active }) => active);
    await Promise.all(asked.map((one) => this.runNow(one)));
  }

  #take(run: CheckRun, { state, output, perfdata }: Verdict & { readonly state: JudgedState }): void {
    const { clock } = this.#needs;
    const { rules, id } = run.plan;
    const step = judge(run.kept.standing, state, rules);
    const lastCheckMs = clock.now();
    run.perfdata = perfdata;
    run.kept = { ...run.kept, standing: step.standing, output: boundedOutput(output), lastCheckMs };
    if (perfdata !== "") this.#needs.emit(metricsOfPerfdata(id, perfdata, lastCheckMs));
    if (step.flap !== undefined) this.#tellFlapping(run, step.flap);
    if (step.hardChanged && isProblem(state)) this.#needs.onProblem();
    if (step.hardChanged) this.#tell(run, this.heldOf(run), step.standing.oldState);
    else if (step.changed) this.#tell(run, "soft", step.standing.oldState);
    else this.#tellLate(run);
  }

  /** Nothing changed now, but people may have been kept from hearing of what changed before. */
  #tellLate(run: CheckRun): void {
    const { standing, told } = run.kept;
    if (!standing.hard || stateIdOf(told) === stateIdOf(standing.hardState)) return;
    if (this.heldOf(run) === undefined) this.#tell(run, undefined);
  }

  /** Why people are not to be told now. */
  heldOf(run: CheckRun): Held | undefined {
    const { id } = run.plan;
    const { flapping, state } = run.kept.standing;
    if (flapping) return "flapping";
    if (this.#needs.firstOkHeld && state === "ok" && run.kept.told === "pending") return "first";
    return this.#needs.quiet(id) ?? (this.#hasFaultBeneath(id, new Set()) ? "dependency" : undefined);
  }

  #hasFaultBeneath(id: string, seen: Set<string>): boolean {
    for (const below of this.#needs.dependencies.beneath.get(id) ?? []) {
      if (seen.has(below)) continue;
      seen.add(below);
      const run = this.#runs.get(below);
      if (run?.active && isProblem(run.kept.standing.state) && run.kept.standing.state !== "warning")
        return true;
      if (this.#hasFaultBeneath(below, seen)) return true;
    }
    return false;
  }

  /** Where people hear of it, they hear from what they were told last. */
  #tell(run: CheckRun, held: Held | undefined, from = run.kept.told): void {
    const { state } = run.kept.standing;
    this.#needs.tell({ type: "check", check: factsOf(run, from, state), held });
    if (held === undefined) run.kept = { ...run.kept, told: state };
  }

  #tellFlapping(run: CheckRun, change: "start" | "stop"): void {
    const { state } = run.kept.standing;
    const held = this.#needs.quiet(run.plan.id);
    this.#needs.tell({ type: "flapping", change, check: factsOf(run, run.kept.told, state), held });
    if (change === "stop" && held === undefined) run.kept = { ...run.kept, told: state };
  }

  /** A dead man's switch: silence is a result too. */
  #listenFor(run: CheckRun): void {
    const { ttlMs, silentState, id } = run.plan;
    const silentMs = this.#needs.clock.monotonicMs() - run.heardMs;
    if (ttlMs === undefined || silentMs < ttlMs) return;
    const output = `no result for ${Math.floor(silentMs / 1000)} s; one was due within ${ttlMs / 1000} s`;
    if (run.kept.standing.state === silentState && run.kept.output.startsWith("no result for")) return;
    this.#needs.log.warning("a check is silent", { check: id });
    this.#take(run, { state: silentState, output, perfdata: "" });
  }

  #beatMs({ plan: { ttlMs, everyMs } }: CheckRun): number {
    return ttlMs === undefined ? everyMs : Math.max(1000, Math.min(everyMs, ttlMs / 4));
  }

  /** 0 to 1, the same for the same host and check at every start: all checks together are spread evenly. */
  #splayOf({ id }: CheckPlan): number {
    const hash = createHash("sha256").update(`${this.#needs.hostname}/${id}`).digest();
    return hash.readUInt32LE(0) / 2 ** 32;
  }
}
