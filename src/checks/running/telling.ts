// Whether people are told of what a result changed: now, or as soon as nothing keeps them from hearing of it.
import type { CheckState, Happening, Held } from "../../event/index.ts";
import { stateIdOf } from "../../event/index.ts";
import { type CheckRun, factsOf } from "./check-run.ts";

export interface TellingNeeds {
  /** Identities of what a check stands on. */
  readonly beneath: (id: string) => readonly string[];
  readonly find: (id: string) => CheckRun | undefined;
  /** Undefined: people may be told of the check. */
  readonly quiet: (id: string) => Held | undefined;
  readonly tell: (happening: Happening) => void;
  /** True: nobody is told of a first result that is ok. */
  readonly firstOkHeld: boolean;
  /** Judges anew, soon. */
  readonly lookAgain: (run: CheckRun) => void;
}

export class Telling {
  readonly #needs: TellingNeeds;
  /** Those of which people were not told because of what lies beneath. */
  readonly #waiting = new Set<CheckRun>();

  constructor(needs: TellingNeeds) {
    this.#needs = needs;
  }

  /** Why people are not to be told now. */
  heldOf(run: CheckRun): Held | undefined {
    const { id } = run.plan;
    const { flapping, state } = run.kept.standing;
    if (flapping) return "flapping";
    if (this.#needs.firstOkHeld && state === "ok" && run.kept.told === "pending") return "first";
    return this.#needs.quiet(id) ?? (this.#hasFaultBeneath(id, new Set()) ? "dependency" : undefined);
  }

  /** Where people hear of it, they hear from what they were told last. */
  tell(run: CheckRun, held: Held | undefined, from = run.kept.told): void {
    const { state } = run.kept.standing;
    this.#needs.tell({ type: "check", check: factsOf(run, from, state), held });
    this.#note(run, held);
    if (held === undefined) run.kept = { ...run.kept, told: state };
  }

  tellFlapping(run: CheckRun, change: "start" | "stop"): void {
    const { state } = run.kept.standing;
    const held = this.#needs.quiet(run.plan.id);
    this.#needs.tell({ type: "flapping", change, check: factsOf(run, run.kept.told, state), held });
    if (change === "stop" && held === undefined) run.kept = { ...run.kept, told: state };
  }

  /** Of what changed before, while people were kept from hearing of it. */
  tellLate(run: CheckRun): void {
    if (!isUntold(run)) return;
    const held = this.heldOf(run);
    if (held === undefined) this.tell(run, undefined);
    else this.#note(run, held);
  }

  /** A fault went away: those above may be told of now. Who can be asked is asked first, as it may be well by now. */
  faultWent(): void {
    for (const run of [...this.#waiting]) {
      if (!isUntold(run)) this.#waiting.delete(run);
      else if (this.heldOf(run) === "dependency") continue;
      else if (run.plan.run === undefined) this.tellLate(run);
      else this.#needs.lookAgain(run);
    }
  }

  #note(run: CheckRun, held: Held | undefined): void {
    if (held === "dependency") this.#waiting.add(run);
    else this.#waiting.delete(run);
  }

  #hasFaultBeneath(id: string, seen: Set<string>): boolean {
    for (const below of this.#needs.beneath(id)) {
      if (seen.has(below)) continue;
      seen.add(below);
      const run = this.#needs.find(below);
      if (run?.active && isFault(run.kept.standing.state)) return true;
      if (this.#hasFaultBeneath(below, seen)) return true;
    }
    return false;
  }
}

/** What explains the problems of those above: a warning does not. */
export function isFault(state: CheckState): boolean {
  return state === "critical" || state === "unknown";
}

function isUntold({ active, kept: { standing, told } }: CheckRun): boolean {
  return active && standing.hard && stateIdOf(told) !== stateIdOf(standing.hardState);
}
