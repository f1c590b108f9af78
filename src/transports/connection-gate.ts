// So many connections at once over all listeners, and of each source; further ones wait, unread (contract happo §3.3).
//
// Who may not come takes no place of those who may: strangers are answered, a few at a time, beside the places.
import type { Socket } from "node:net";
import type { Clock } from "../kernel/clock.ts";

/** `own`: this very host. `allowed`: a host that may ask. `stranger`: one that will be told that it may not. */
export type Rank = "own" | "allowed" | "stranger";

export interface Newcomer {
  readonly rank: Rank;
  /** Those of one source share its part of the places. */
  readonly source: string;
}

export interface GateOptions {
  /** Connections that are served at once, and as many again that may wait. */
  readonly limit: number;
}

/** What is left to this host, where there are so many places. */
const keptForOwn = 16;
/** A source may always have so many. */
const leastOfSource = 4;
/** Strangers that are answered at once, of each source, and in a second: a handshake is dear. */
const strangers = { atOnce: 16, ofSource: 4, perSecond: 50 } as const;

interface Waiting extends Newcomer {
  readonly serve: () => void;
}

export class ConnectionGate {
  readonly limit: number;
  readonly #clock: Pick<Clock, "monotonicMs">;
  readonly #ofSource: number;
  readonly #ofOthers: number;
  readonly #open = new Map<string, number>();
  readonly #strangers = new Map<string, number>();
  /** In the order of their coming. */
  readonly #waiting: Waiting[] = [];
  #openAll = 0;
  #openOthers = 0;
  #openStrangers = 0;
  #refused = 0;
  #second = 0;
  #inSecond = 0;

  constructor({ limit }: GateOptions, clock: Pick<Clock, "monotonicMs">) {
    this.limit = limit;
    this.#clock = clock;
    this.#ofSource = Math.max(leastOfSource, Math.floor(limit / 4));
    this.#ofOthers = limit - (limit >= 4 * keptForOwn ? keptForOwn : 0);
  }

  get open(): number {
    return this.#openAll;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Connections that were closed because too many waited already, of all or of their source. */
  get refused(): number {
    return this.#refused;
  }

  /** Calls `serve` now or when there is a place. */
  pass(socket: Socket, newcomer: Newcomer, serve: () => void): void {
    if (newcomer.rank === "stranger") this.#passStranger(socket, newcomer.source, serve);
    else if (this.#hasPlace(newcomer)) this.#serve(socket, newcomer, serve);
    else if (this.#mayWait(newcomer))
      this.#waiting.push({ ...newcomer, serve: () => this.#serve(socket, newcomer, serve) });
    else this.#refuse(socket);
  }

  #hasPlace({ rank, source }: Newcomer): boolean {
    const isRoom = this.#openAll < this.limit && (rank === "own" || this.#openOthers < this.#ofOthers);
    return isRoom && (this.#open.get(source) ?? 0) < this.#ofSource;
  }

  #mayWait({ source }: Newcomer): boolean {
    if (this.#waiting.length >= this.limit) return false;
    return this.#waiting.filter((one) => one.source === source).length < this.#ofSource;
  }

  #serve(socket: Socket, { rank, source }: Newcomer, serve: () => void): void {
    this.#count(1, rank, source);
    socket.once("close", () => {
      this.#count(-1, rank, source);
      this.#admitNext();
    });
    serve();
  }

  #count(change: 1 | -1, rank: Rank, source: string): void {
    this.#openAll += change;
    if (rank !== "own") this.#openOthers += change;
    addTo(this.#open, source, change);
  }

  /** Whoever waits longest of those for whom there is a place. */
  #admitNext(): void {
    const next = this.#waiting.findIndex((one) => this.#hasPlace(one));
    if (next >= 0) this.#waiting.splice(next, 1)[0]?.serve();
  }

  #passStranger(socket: Socket, source: string, serve: () => void): void {
    const second = Math.floor(this.#clock.monotonicMs() / 1000);
    if (second !== this.#second) [this.#second, this.#inSecond] = [second, 0];
    const isRoom = this.#openStrangers < strangers.atOnce && this.#inSecond < strangers.perSecond;
    if (!isRoom || (this.#strangers.get(source) ?? 0) >= strangers.ofSource) {
      this.#refuse(socket);
      return;
    }
    this.#inSecond += 1;
    this.#openStrangers += 1;
    addTo(this.#strangers, source, 1);
    socket.once("close", () => {
      this.#openStrangers -= 1;
      addTo(this.#strangers, source, -1);
    });
    serve();
  }

  #refuse(socket: Socket): void {
    this.#refused += 1;
    socket.destroy();
  }
}

function addTo(counts: Map<string, number>, key: string, change: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
