// Which moment the values of a flush are stamped with: ends of intervals of the wall clock, none of them twice.
//
// Of two values at the same moment the history keeps the later one. A flush that is late across the end of an interval, or
// a wall clock that was set back, must not make a value out of another one's place: it waits for the next flush then.

export interface FlushTime {
  /** The end of an interval: milliseconds since 1970. */
  readonly atMs: number;
  /** How long the values were gathered. */
  readonly spanMs: number;
}

/** A clock that was set back by more intervals than these is followed. */
const heldAtMost = 10;

export class FlushTimes {
  readonly #everyMs: number;
  #lastMs: number | undefined;

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  /** How long after `nowMs` the first flush is due: somewhat behind the end of an interval, so that none comes before it. */
  firstIn(nowMs: number): number {
    const every = this.#everyMs;
    return every - (nowMs % every) + Math.min(100, every / 4);
  }

  /** Undefined where the values have to wait for another flush. */
  next(nowMs: number): FlushTime | undefined {
    const atMs = Math.floor(nowMs / this.#everyMs) * this.#everyMs;
    const lastMs = this.#lastMs ?? atMs - this.#everyMs;
    const behind = (lastMs - atMs) / this.#everyMs;
    if (behind >= 0 && behind <= heldAtMost) return undefined;
    return this.#taken(atMs, lastMs);
  }

  /** Of what is left when there will be no other flush. */
  final(nowMs: number): FlushTime {
    const lastMs = this.#lastMs ?? Number.NEGATIVE_INFINITY;
    return this.next(nowMs) ?? this.#taken(lastMs + this.#everyMs, lastMs);
  }

  #taken(atMs: number, lastMs: number): FlushTime {
    this.#lastMs = atMs;
    return { atMs, spanMs: atMs > lastMs ? atMs - lastMs : this.#everyMs };
  }
}
