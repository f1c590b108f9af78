// Checks and services that callers define at run time. A definition is read and planned before it replaces another.
import { type ObjectDefinition, type PackSet, problemLine } from "../../config/index.ts";
import { AgentError } from "../../kernel/errors.ts";
import type { Beneath } from "../notices/beneath.ts";
import { unknownLine } from "../notices/beneath.ts";
import { resolveDependencies } from "../notices/dependencies.ts";
import type { CheckPlan } from "../running/check-plan.ts";
import type { CheckSet } from "../running/check-set.ts";
import type { ServicePlan } from "../running/services.ts";
import type { Plans } from "./check-plans.ts";
import type { Candidate, DefinedKind, DefinedObjects } from "./defined-objects.ts";

export interface DefinedChecksNeeds {
  readonly objects: DefinedObjects;
  /** What packs and the operator's own files define: never touched from here. */
  readonly own: Plans;
  readonly plan: (packs: PackSet, onProblem: (line: string) => void) => Plans;
  readonly set: Pick<CheckSet, "put" | "remove" | "relink">;
  readonly beneath: Beneath;
  readonly onProblem: (line: string) => void;
}

const atMost = 500;
const kinds = ["check", "service"] as const;
const nothing: Plans = { checks: [], services: [] };

export class DefinedChecks {
  readonly #needs: DefinedChecksNeeds;
  /** By kind and name. */
  readonly #plans = new Map<string, Plans>();
  /** The change under way: they come one after another. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(needs: DefinedChecksNeeds) {
    this.#needs = needs;
  }

  get services(): readonly ServicePlan[] {
    return [...this.#plans.values()].flatMap(({ services }) => services);
  }

  /** Takes up what was defined before a restart. */
  begin(): void {
    const { objects, onProblem, set } = this.#needs;
    const packs = objects.read();
    for (const problem of packs.problems) onProblem(problemLine(problem));
    for (const kind of kinds)
      for (const definition of packs.objects(kind)) this.#takeUp(kind, definition, packs);
    for (const plans of this.#plans.values()) for (const plan of plans.checks) set.put(plan);
    this.#changed();
  }

  /** Begins with it; throws `body.invalid` where it cannot be used, and the one before stays. */
  async define(kind: DefinedKind, name: string, body: object): Promise<void> {
    await this.#inTurn(async () => {
      if (this.#isOwn(kind, name)) throw new AgentError("body.invalid", { reason: taken(kind, name) });
      const key = `${kind} ${name}`;
      if (!this.#plans.has(key) && this.#plans.size >= atMost)
        throw new AgentError("queue.full", { queue: "definitions", limit: atMost });
      const plans = await this.#needs.objects.try({ kind, name, body }, async (candidate) => {
        const read = this.#read(key, candidate);
        await candidate.accept();
        return read;
      });
      this.#replace(key, plans);
    });
  }

  /** False when it was not defined so; throws `body.invalid` for what the operator's own files define. */
  async forget(kind: DefinedKind, name: string): Promise<boolean> {
    return await this.#inTurn(async () => {
      const key = `${kind} ${name}`;
      if (!this.#plans.has(key)) {
        if (this.#isOwn(kind, name)) throw new AgentError("body.invalid", { reason: taken(kind, name) });
        return false;
      }
      await this.#needs.objects.remove(kind, name);
      this.#replace(key, undefined);
      return true;
    });
  }

  /** Resolves when no change is under way. */
  async stop(): Promise<void> {
    await this.#last;
  }

  #takeUp(kind: DefinedKind, definition: ObjectDefinition, packs: PackSet): void {
    const { plan, onProblem } = this.#needs;
    const { name } = definition;
    const isOwn = this.#isOwn(kind, name);
    if (isOwn) onProblem(`${definition.placeOf([])}: ${taken(kind, name)}`);
    const objects: PackSet["objects"] = (wanted) => (wanted === kind ? [definition] : []);
    this.#plans.set(`${kind} ${name}`, isOwn ? nothing : plan({ ...packs, objects }, onProblem));
  }

  /** Only what is wrong with this one counts. */
  #read(key: string, { packs, placed }: Candidate): Plans {
    const wrong = packs.problems.map(problemLine);
    const plans = this.#needs.plan(packs, (line) => wrong.push(line));
    const others = [...this.#plans].flatMap(([other, { checks }]) => (other === key ? [] : checks));
    const ids = new Set(plans.checks.map(({ id }) => id));
    const { unknown } = resolveDependencies([...this.#needs.own.checks, ...others, ...plans.checks]);
    wrong.push(...unknown.filter(({ check }) => ids.has(check)).map(unknownLine));
    if (wrong.length > 0) throw new AgentError("body.invalid", { reason: placed(wrong.join("; ")) });
    const inPlace = (plan: CheckPlan) => ({ ...plan, place: placed(plan.place) });
    return {
      checks: plans.checks.map(inPlace),
      services: plans.services.map((plan) => ({ ...plan, place: placed(plan.place) })),
    };
  }

  /** All others keep their beat, and what they have under way. */
  #replace(key: string, plans: Plans | undefined): void {
    const { set } = this.#needs;
    const before = this.#plans.get(key) ?? nothing;
    if (plans === undefined) this.#plans.delete(key);
    else this.#plans.set(key, plans);
    const ids = new Set(plans?.checks.map(({ id }) => id));
    for (const { id } of before.checks) if (!ids.has(id)) set.remove(id);
    for (const plan of plans?.checks ?? []) set.put(plan);
    this.#changed();
  }

  #changed(): void {
    const defined = [...this.#plans.values()].flatMap(({ checks }) => checks);
    this.#needs.beneath.resolve([...this.#needs.own.checks, ...defined]);
    this.#needs.set.relink();
  }

  /** A service's check is called `service:NAME`: no other may be. */
  #isOwn(kind: DefinedKind, name: string): boolean {
    const { checks, services } = this.#needs.own;
    if (kind === "check") return name.startsWith("service:") || checks.some(({ id }) => id === name);
    return services.some((one) => one.name === name) || checks.some(({ id }) => id === `service:${name}`);
  }

  async #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = this.#last.then(change);
    this.#last = done.catch(() => {});
    return await done;
  }
}

function taken(kind: DefinedKind, name: string): string {
  return `name: the ${kind} ${name} is one of the configuration's own, which cannot be changed from here`;
}
