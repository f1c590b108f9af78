// Guessing costs time: after a few wrong credentials a source waits, longer each time.
import { Backoff } from "../../kernel/backoff.ts";
import { BoundedMap } from "../../kernel/bounded-map.ts";
import type { Clock } from "../../kernel/clock.ts";

/** Wrong credentials that are forgiven, so that a rotation of tokens locks nobody out. */
const forgiven = 5;
const sourcesLimit = 1000;

interface Source {
  failures: number;
  lockedUntilMs: number;
  readonly backoff: Backoff;
}

export class Lockout {
  readonly #clock: Clock;
  readonly #sources = new BoundedMap<string, Source>(sourcesLimit);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds that this source still has to wait; 0 when it may try. */
  waitMs(address: string): number {
    const source = this.#sources.get(address);
    return source === undefined ? 0 : Math.max(0, source.lockedUntilMs - this.#clock.monotonicMs());
  }

  fail(address: string): void {
    const known = this.#sources.get(address);
    const backoff = known?.backoff ?? new Backoff({ firstMs: 1000, limitMs: 300_000, jitter: 0 });
    const failures = (known?.failures ?? 0) + 1;
    const delayMs = failures > forgiven ? backoff.next() : 0;
    this.#sources.set(address, { failures, backoff, lockedUntilMs: this.#clock.monotonicMs() + delayMs });
  }

  succeed(address: string): void {
    this.#sources.delete(address);
  }
}
