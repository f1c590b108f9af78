// All checks of this host: when each is run, what its result changes, and whether people are told.
import type { Held, JudgedState } from "../../event/index.ts";
import { AgentError, reasonOf } from "../../kernel/errors.ts";
import { type LinkedAbort, linkedAbort } from "../../kernel/linked-abort.ts";
import type { Context } from "../../kernel/module.ts";
import type { Metric } from "../../metric/metric.ts";
import { Agenda } from "../agenda.ts";
import { isProblem, type JudgingRules, judge } from "../judging/standing.ts";
import { beatMsOf, isStale, splayOf } from "./beat.ts";
import type { CheckPlan, Verdict } from "./check-plan.ts";
import { boundedOutput, type CheckRun, type KeptCheck, newCheckRun } from "./check-run.ts";
import { createPerfdataMetrics } from "./perfdata-metrics.ts";
import { isFault, Telling, type TellingNeeds } from "./telling.ts";
import { untilStopped } from "./until-stopped.ts";

export interface CheckSetNeeds extends Context, Omit<TellingNeeds, "find" | "lookAgain"> {
  readonly hostname: string;
  /** By identity. */
  readonly kept: ReadonlyMap<string, KeptCheck>;
  readonly isInGroup: (group: string) => boolean;
  readonly emit: (metrics: readonly Metric[]) => void;
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
  /** Of before the start. */
  readonly #kept: Map<string, KeptCheck>;
  readonly #telling: Telling;
  readonly #metricsOf: ReturnType<typeof createPerfdataMetrics>;
  /** Of removed ones too. */
  readonly #working = new Set<Promise<unknown>>();
  readonly #ending: LinkedAbort;

  constructor(plans: readonly CheckPlan[], needs: CheckSetNeeds) {
    this.#needs = needs;
    this.#metricsOf = createPerfdataMetrics(needs);
    this.#kept = new Map(needs.kept);
    this.#ending = linkedAbort(needs.signal);
    const lookAgain = (run: CheckRun) => void this.runNow(run);
    this.#telling = new Telling({ ...needs, find: (id) => this.#runs.get(id), lookAgain });
    this.#agenda = new Agenda(needs.clock, (run, dueMs) => this.#due(run, dueMs));
    for (const plan of plans)
      this.#runs.set(plan.id, newCheckRun(plan, needs.kept.get(plan.id), needs.clock));
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
    if (this.#ending.signal.aborted) return;
    const begun: CheckRun[] = [];
    for (const run of this.#runs.values()) {
      const { group } = run.plan;
      const wanted = group === undefined || this.#needs.isInGroup(group);
      if (wanted === run.active) continue;
      run.active = wanted;
      if (wanted) begun.push(run);
      else this.#end(run);
    }
    for (const run of begun) this.#start(run);
    // Those that are asked are told of with their next result.
    const passive = begun.filter(({ plan }) => plan.run === undefined);
    for (const run of passive) this.#telling.tellLate(run);
    this.#telling.faultWent();
  }

  #end(run: CheckRun): void {
    run.resumesUntilMs = Number.NEGATIVE_INFINITY;
    this.#agenda.remove(run);
  }

  #start(run: CheckRun): void {
    const { clock, hostname } = this.#needs;
    const { kind, everyMs } = run.plan;
    const nowMs = clock.monotonicMs();
    const splay = splayOf(run.plan, hostname);
    if (nowMs >= run.resumesUntilMs) run.heardMs = nowMs;
    // Whole, so that the places of the grid are exact: a fraction could make one come twice.
    run.gridMs = Math.floor(nowMs + splay * everyMs);
    this.#agenda.plan(run, nowMs + Math.floor(splay * Math.min(everyMs, firstWithinMs[kind])));
  }

  /** One more passive check at run time, such as one that somebody reports. */
  add(plan: CheckPlan, kept: KeptCheck): CheckRun {
    const { clock } = this.#needs;
    const run = newCheckRun(plan, kept, clock);
    run.active = true;
    this.#runs.set(plan.id, run);
    // Without a time to live nothing ever falls due.
    if (plan.ttlMs !== undefined) this.#agenda.plan(run, clock.monotonicMs() + beatMsOf(run));
    return run;
  }

  /** A check in place of the one of its identity, whose state it goes on with. It begins with the next `relink`. */
  put(plan: CheckPlan): void {
    const before = this.#runs.get(plan.id);
    const kept = before?.kept ?? this.#kept.get(plan.id);
    this.remove(plan.id);
    const run = newCheckRun(plan, kept, this.#needs.clock);
    if (before !== undefined) run.heardMs = before.heardMs;
    this.#runs.set(plan.id, run);
  }

  remove(id: string): void {
    const run = this.#runs.get(id);
    if (run === undefined) return;
    run.active = false;
    this.#agenda.remove(run);
    this.#runs.delete(id);
    // What comes back under that name begins anew.
    this.#kept.delete(id);
  }

  /** A result from outside. */
  submit(run: CheckRun, verdict: Verdict & { readonly state: JudgedState }): void {
    run.heardMs = this.#needs.clock.monotonicMs();
    this.#take(run, verdict);
  }

  /** Runs the check now, beside its beat. A run that is under way is waited for instead. */
  async runNow(run: CheckRun): Promise<void> {
    const again = await (run.underWay ?? this.#begin(run, run.plan.run?.(this.#ending.signal)));
    const dueMs = this.#agenda.dueOf(run);
    // Not planned: it runs on its beat, and that plans it.
    if (again === undefined || dueMs === undefined) return;
    const soonMs = this.#needs.clock.monotonicMs() + again;
    if (soonMs < dueMs) this.#agenda.plan(run, soonMs);
  }

  /** Tells of what changed while people were not to be told. */
  tellHeld(): void {
    for (const run of this.#runs.values()) this.#telling.tellLate(run);
  }

  /** Waits for no program: whoever runs them ends them. */
  async stop(): Promise<void> {
    this.#ending.abort();
    this.#agenda.stop();
    await Promise.all(this.#working);
    this.#ending.release();
  }

  #due(run: CheckRun, dueMs: number): void {
    const { plan } = run;
    if (plan.run === undefined) {
      this.#listenFor(run);
      this.#agenda.plan(run, dueMs + beatMsOf(run));
      return;
    }
    if (run.underWay !== undefined) {
      this.#agenda.plan(run, dueMs + plan.everyMs);
      return;
    }
    const beganMs = this.#needs.clock.monotonicMs();
    const work = plan.run(this.#ending.signal);
    // Most rules wait for nothing: no promise is made for them.
    if (!(work instanceof Promise) && !this.#mustAskBeneath(run, work)) {
      this.#planNext(run, dueMs, this.#settle(run, work, beganMs));
      return;
    }
    void this.#begin(run, work).then((again) => this.#planNext(run, dueMs, again));
  }

  #planNext(run: CheckRun, dueMs: number, again: number | undefined): void {
    if (this.#isAtWork(run)) this.#agenda.plan(run, this.#nextDueMs(run, dueMs, again));
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

  /** Neither taken away nor replaced since, nor out of its group. */
  #isAtWork(run: CheckRun): boolean {
    return run.active && !this.#ending.signal.aborted && this.#runs.get(run.plan.id) === run;
  }

  #begin(run: CheckRun, work: ReturnType<NonNullable<CheckPlan["run"]>> | undefined) {
    const whole = this.#finish(run, work);
    run.underWay = whole;
    this.#working.add(whole);
    void whole.finally(() => this.#working.delete(whole));
    return whole;
  }

  /** Resolves with the milliseconds after which to try again, where that is not the beat. */
  async #finish(run: CheckRun, work: ReturnType<NonNullable<CheckPlan["run"]>> | undefined) {
    const beganMs = this.#needs.clock.monotonicMs();
    try {
      const verdict = await (work instanceof Promise ? untilStopped(work, this.#ending.signal) : work);
      if (verdict === undefined || !this.#isAtWork(run)) return undefined;
      if (this.#mustAskBeneath(run, verdict)) await this.#askBeneath(run);
      return this.#settle(run, verdict, beganMs);
    } catch (thrown) {
      // Not run for want of room, or of the means: what is known stays.
      const reason = thrown instanceof AgentError ? thrown.message : reasonOf(thrown);
      this.#needs.log.warning("a check was not run", { check: run.plan.id, reason });
      return undefined;
    } finally {
      run.underWay = undefined;
    }
  }

  /** Milliseconds after which to try again, where that is not the beat. */
  #settle(run: CheckRun, { state, output, perfdata }: Verdict, beganMs: number): number | undefined {
    const nowMs = this.#needs.clock.monotonicMs();
    run.tookMs = nowMs - beganMs;
    if (!this.#isAtWork(run)) return undefined;
    if (state === "pending") return pendingRetryMs;
    run.heardMs = nowMs;
    this.#take(run, { state, output, perfdata });
    return run.kept.standing.hard ? undefined : run.plan.retryMs;
  }

  /** Before a new problem is told, what it stands on is looked at once more: the fault may lie there. */
  #mustAskBeneath({ plan, kept }: CheckRun, { state }: Verdict): boolean {
    if (state === "ok" || state === "pending" || isProblem(kept.standing.hardState)) return false;
    return this.#needs.beneath(plan.id).length > 0;
  }

  async #askBeneath(run: CheckRun): Promise<void> {
    const nowMs = this.#needs.clock.monotonicMs();
    const beneath = this.#needs.beneath(run.plan.id).flatMap((id) => this.#runs.get(id) ?? []);
    const asked = beneath.filter((one) => one.active && isStale(one, nowMs));
    await Promise.all(asked.map((one) => this.runNow(one)));
  }

  #take(
    run: CheckRun,
    { state, output, perfdata }: Verdict & { readonly state: JudgedState },
    rules: JudgingRules = run.plan.rules,
  ): void {
    const { clock } = this.#needs;
    const { id } = run.plan;
    const before = run.kept.standing.state;
    const step = judge(run.kept.standing, state, rules);
    const lastCheckMs = clock.now();
    run.perfdata = perfdata;
    run.kept = { ...run.kept, standing: step.standing, output: boundedOutput(output), lastCheckMs };
    if (perfdata !== "") this.#needs.emit(this.#metricsOf(id, perfdata, lastCheckMs));
    if (step.flap !== undefined) this.#telling.tellFlapping(run, step.flap);
    if (step.hardChanged && isProblem(state)) this.#needs.onProblem();
    if (step.hardChanged) this.#telling.tell(run, this.heldOf(run), step.standing.oldState);
    else if (step.changed) this.#telling.tell(run, "soft", step.standing.oldState);
    else this.#telling.tellLate(run);
    if (isFault(before) && !isFault(state)) this.#telling.faultWent();
  }

  /** Why people are not to be told now. */
  heldOf(run: CheckRun): Held | undefined {
    return this.#telling.heldOf(run);
  }

  /** A dead man's switch: silence is a result too. */
  #listenFor(run: CheckRun): void {
    const { ttlMs, silentState, id, rules } = run.plan;
    const { standing } = run.kept;
    const silentMs = this.#needs.clock.monotonicMs() - run.heardMs;
    if (ttlMs === undefined || silentMs < ttlMs) return;
    const output = `no result for ${Math.floor(silentMs / 1000)} s; one was due within ${ttlMs / 1000} s`;
    if (standing.state === silentState && standing.hard && run.kept.output.startsWith("no result for"))
      return;
    this.#needs.log.warning("a check is silent", { check: id });
    // Nothing will come that could make it sure: it is sure at once.
    this.#take(run, { state: silentState, output, perfdata: "" }, { ...rules, attempts: 1 });
  }
}
