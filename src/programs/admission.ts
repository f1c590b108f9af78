// At most N programs at once, and of each who asks; the others wait in a queue that has a limit too, each asker in turn.
import type { Clock } from "../kernel/clock.ts";
import { AgentError } from "../kernel/errors.ts";
import { FairSemaphore, type MetLimit, type Share } from "../kernel/fair-semaphore.ts";

export interface AdmissionOptions {
  readonly atOnce: number;
  readonly queueLimit: number;
  /** How long a program may wait for its turn. */
  readonly waitLimitMs: number;
}

/** Who has a program run. The agent itself is nobody of these: its own checks find all places. */
export interface Asker {
  readonly name: string;
  /** True for one whom nobody knows: it gets an eighth of the places, others three quarters. */
  readonly isGuest: boolean;
}

const own: Asker = { name: "", isGuest: false };

export class Admission {
  readonly #options: AdmissionOptions;
  readonly #places: FairSemaphore;

  constructor(options: AdmissionOptions, clock: Pick<Clock, "after">) {
    this.#options = options;
    const full = (met: MetLimit) => new AgentError("program.no-place", { reason: this.#reasonOf(met) });
    this.#places = new FairSemaphore({ ...options, full }, clock);
  }

  get inside(): number {
    return this.#places.inside;
  }

  get waiting(): number {
    return this.#places.waiting;
  }

  /** Resolves when there is a place; the caller owes one `leave`. Rejects `program.no-place` when there will be none. */
  async enter(asker: Asker = own): Promise<void> {
    await this.#places.enter(shareOf(asker, this.#options));
  }

  leave({ name }: Asker = own): void {
    this.#places.leave(name);
  }

  /** Names the limit that was met by the key that sets it. */
  #reasonOf(met: MetLimit): string {
    const { queueLimit, waitLimitMs } = this.#options;
    if (met === "wait")
      return `no place within ${waitLimitMs} ms (programs.queue_wait), while ${this.inside} run (programs.at_once)`;
    if (met === "share")
      return `this caller's half of programs.queue is full (${mostWaitingOf(queueLimit)} of ${queueLimit} wait)`;
    return `${this.waiting} wait already (programs.queue)`;
  }
}

/** No asker takes all places or the whole queue, but the agent itself. */
function shareOf(asker: Asker, { atOnce, queueLimit }: AdmissionOptions): Share {
  const { name, isGuest } = asker;
  if (asker === own) return { name, mostInside: atOnce, mostWaiting: queueLimit };
  const mostInside = isGuest ? Math.max(1, Math.floor(atOnce / 8)) : atOnce - Math.floor(atOnce / 4);
  return { name, mostInside, mostWaiting: mostWaitingOf(queueLimit) };
}

/** A small queue is anybody's. */
function mostWaitingOf(queueLimit: number): number {
  return Math.max(Math.min(queueLimit, 8), Math.floor(queueLimit / 2));
}
