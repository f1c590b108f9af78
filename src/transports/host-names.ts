// Names of hosts to addresses, for every client of the agent. The system looks names up in the few threads that file access
// shares too, and a name server that is gone holds each of them for many seconds: few names are asked for at once, each of
// them once for all who want it, and whoever gives up waits no longer.
import { ADDRCONFIG, type LookupAddress, type LookupOptions } from "node:dns";
import { lookup as systemLookup } from "node:dns/promises";
import { isIP } from "node:net";
import { AgentError } from "../kernel/errors.ts";

/** How the system is asked for all addresses of a name. */
export type AskSystem = (name: string, hints: number) => Promise<readonly LookupAddress[]>;

export interface Question {
  readonly name: string;
  /** As getaddrinfo takes them; only families that this host has an address of when absent. */
  readonly hints?: number | undefined;
  /** Names that a caller of this agent chose have places of their own, so that they hold up none that it was set up with. */
  readonly ofCaller?: boolean | undefined;
}

export type Answer = { readonly addresses: readonly LookupAddress[] } | { readonly error: Error };

interface Limits {
  readonly atOnce: number;
  readonly waiting: number;
}

interface Pending {
  readonly name: string;
  readonly hints: number;
  ofCaller: boolean;
  isUnderWay: boolean;
  readonly askers: Set<(answer: Answer) => void>;
}

/** Those of callers, and all others. The system itself answers as many at once as half of its threads. */
const limits: Readonly<Record<"callers" | "own", Limits>> = {
  callers: { atOnce: 2, waiting: 64 },
  own: { atOnce: 3, waiting: 256 },
};

export class HostNames {
  readonly #askSystem: AskSystem;
  /** In the order in which they were asked first. */
  readonly #pending = new Map<string, Pending>();

  constructor(askSystem: AskSystem) {
    this.#askSystem = askSystem;
  }

  /** Names that are being looked up or wait for it. */
  get pending(): number {
    return this.#pending.size;
  }

  /** Tells `told` once, later; what comes back takes it back. Throws `names.full`. */
  ask(question: Question, told: (answer: Answer) => void): () => void {
    const pending = this.#pendingOf(question);
    // A name that the agent itself wants goes with its own.
    if (question.ofCaller !== true) pending.ofCaller = false;
    // Somebody may want the same to be told twice.
    const asker = (answer: Answer) => told(answer);
    pending.askers.add(asker);
    this.#startNext();
    return () => {
      pending.askers.delete(asker);
      if (pending.askers.size === 0 && !pending.isUnderWay) this.#pending.delete(keyOf(pending));
    };
  }

  /** All addresses, the one to take first in front. Rejects with `names.full`, as the system does, or as the signal says. */
  addressesOf(question: Question, signal?: AbortSignal): Promise<readonly LookupAddress[]> {
    const { name } = question;
    const family = isIP(name);
    if (family !== 0) return Promise.resolve([{ address: name, family }]);
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      const giveUp = () => {
        takeBack();
        reject(signal?.reason instanceof Error ? signal.reason : new Error("given up"));
      };
      const takeBack = this.ask(question, (answer) => {
        signal?.removeEventListener("abort", giveUp);
        if ("error" in answer) reject(answer.error);
        else resolve(answer.addresses);
      });
      signal?.addEventListener("abort", giveUp, { once: true });
    });
  }

  #pendingOf({ name, hints = ADDRCONFIG, ofCaller = false }: Question): Pending {
    const key = keyOf({ name, hints });
    const known = this.#pending.get(key);
    if (known !== undefined) return known;
    const most = limitsOf(ofCaller).waiting;
    if (this.#count({ ofCaller, isUnderWay: false }) >= most)
      throw new AgentError("names.full", { name: name.slice(0, 253), limit: most });
    const pending = { name, hints, ofCaller, isUnderWay: false, askers: new Set<(answer: Answer) => void>() };
    this.#pending.set(key, pending);
    return pending;
  }

  #startNext(): void {
    for (const pending of this.#pending.values()) {
      const { ofCaller, isUnderWay } = pending;
      if (isUnderWay || this.#count({ ofCaller, isUnderWay: true }) >= limitsOf(ofCaller).atOnce) continue;
      pending.isUnderWay = true;
      this.#askSystem(pending.name, pending.hints).then(
        (addresses) => this.#settle(pending, { addresses }),
        (error: Error) => this.#settle(pending, { error }),
      );
    }
  }

  #settle(pending: Pending, answer: Answer): void {
    this.#pending.delete(keyOf(pending));
    this.#startNext();
    for (const told of pending.askers) told(answer);
  }

  #count(kind: Pick<Pending, "ofCaller" | "isUnderWay">): number {
    let count = 0;
    for (const { ofCaller, isUnderWay } of this.#pending.values())
      if (ofCaller === kind.ofCaller && isUnderWay === kind.isUnderWay) count += 1;
    return count;
  }
}

function keyOf({ name, hints }: Pick<Pending, "name" | "hints">): string {
  return `${hints} ${name}`;
}

function limitsOf(ofCaller: boolean): Limits {
  return ofCaller ? limits.callers : limits.own;
}

/** The process's own: its threads are shared by all in it. */
export const hostNames = new HostNames((name, hints) =>
  systemLookup(name, { all: true, order: "verbatim", hints }),
);

/** Of the family that is wanted, or why there is none. */
export function ofFamily(
  answer: Answer,
  { name, family }: { name: string } & Pick<LookupOptions, "family">,
): Answer {
  const wanted = family === "IPv4" ? 4 : family === "IPv6" ? 6 : (family ?? 0);
  if ("error" in answer || wanted === 0) return answer;
  const addresses = answer.addresses.filter((one) => one.family === wanted);
  return addresses.length > 0 ? { addresses } : { error: new Error(`${name} has no IPv${wanted} address`) };
}
