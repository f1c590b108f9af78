// Times in which nobody is told: downtimes that were planned, and silences for what is known. Measuring goes on.
import { randomBytes } from "node:crypto";
import type { Clock } from "../../kernel/clock.ts";
import { AgentError } from "../../kernel/errors.ts";
import { wildcards } from "../../kernel/wildcard.ts";

/** Times are milliseconds since 1970. */
export interface QuietTime {
  readonly id: string;
  readonly kind: "downtime" | "silence";
  /** Identities of checks, with `*` and `?`. */
  readonly checks: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly author: string;
  readonly comment: string;
}

export type QuietChange = "add" | "start" | "end" | "remove";

export interface QuietTimesNeeds {
  readonly clock: Pick<Clock, "now">;
  readonly onChange: (change: QuietChange, quiet: QuietTime) => void;
}

const atMost = 1000;
const longestMs = 366 * 86_400_000;

interface Kept {
  readonly quiet: QuietTime;
  readonly covers: (id: string) => boolean;
  began: boolean;
}

export class QuietTimes {
  readonly #needs: QuietTimesNeeds;
  readonly #kept = new Map<string, Kept>();

  constructor(known: readonly QuietTime[], needs: QuietTimesNeeds) {
    this.#needs = needs;
    const nowMs = needs.clock.now();
    for (const quiet of known) this.#keep(quiet, quiet.fromMs <= nowMs);
  }

  /** In the order of their making. */
  get all(): readonly QuietTime[] {
    return [...this.#kept.values()].map(({ quiet }) => quiet);
  }

  /** Throws `body.invalid` where it makes no sense. */
  add(wanted: Omit<QuietTime, "id">): QuietTime {
    const fault = faultOf(wanted, this.#needs.clock.now());
    if (fault !== undefined) throw new AgentError("body.invalid", { reason: fault });
    if (this.#kept.size >= atMost) throw new AgentError("queue.full", { queue: "downtimes", limit: atMost });
    const quiet = { ...wanted, id: randomBytes(6).toString("hex") };
    this.#keep(quiet, false);
    this.#needs.onChange("add", quiet);
    this.passTime();
    return quiet;
  }

  /** False when there is no such one. */
  remove(id: string): boolean {
    const kept = this.#kept.get(id);
    if (kept === undefined) return false;
    this.#kept.delete(id);
    this.#needs.onChange("remove", kept.quiet);
    return true;
  }

  /** What keeps the check quiet now; a downtime before a silence. */
  holding(check: string): "downtime" | "silence" | undefined {
    const nowMs = this.#needs.clock.now();
    let found: "silence" | undefined;
    for (const { quiet, covers } of this.#kept.values()) {
      if (quiet.fromMs > nowMs || quiet.untilMs <= nowMs || !covers(check)) continue;
      if (quiet.kind === "downtime") return "downtime";
      found = "silence";
    }
    return found;
  }

  /** Tells of those that began or ended; drops what is over. True when one ended. */
  passTime(): boolean {
    const nowMs = this.#needs.clock.now();
    let ended = false;
    for (const kept of [...this.#kept.values()]) {
      const { quiet } = kept;
      if (!kept.began && quiet.fromMs <= nowMs) {
        kept.began = true;
        this.#needs.onChange("start", quiet);
      }
      if (quiet.untilMs > nowMs) continue;
      this.#kept.delete(quiet.id);
      this.#needs.onChange("end", quiet);
      ended = true;
    }
    return ended;
  }

  #keep(quiet: QuietTime, began: boolean): void {
    this.#kept.set(quiet.id, { quiet, covers: wildcards([quiet.checks]), began });
  }
}

function faultOf({ checks, fromMs, untilMs }: Omit<QuietTime, "id">, nowMs: number): string | undefined {
  if (checks === "" || checks.length > 512) return "checks: expected a name, or a pattern with * and ?";
  if (untilMs <= Math.max(fromMs, nowMs)) return "until: it is over before it begins";
  return untilMs - nowMs > longestMs ? "until: more than a year away; who would remember it?" : undefined;
}
