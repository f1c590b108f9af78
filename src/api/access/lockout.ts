// Guessing costs time: after a few wrong credentials a source is told to wait, longer each time. Right ones always pass.
import { Backoff } from "../../kernel/backoff.ts";
import type { Clock } from "../../kernel/clock.ts";
import { sourceOf } from "../../transports/address-bytes.ts";

/** Wrong credentials that are forgiven, so that a rotation of tokens locks nobody out. */
const forgiven = 5;
/** A source that has shown nothing wrong for so long begins anew. */
const forgottenMs = 600_000;
const sourcesLimit = 1000;
/** Wrong credentials of all sources together: more than so many within the span, and each of them is to wait. */
const everywhere = { limit: 200, spanMs: 10_000, waitMs: 10_000 } as const;

interface Source {
  failures: number;
  failedMs: number;
  lockedUntilMs: number;
  readonly backoff: Backoff;
}

export class Lockout {
  readonly #clock: Pick<Clock, "monotonicMs">;
  /** The one that failed longest ago first. */
  readonly #sources = new Map<string, Source>();
  #spanBeganMs = 0;
  #spanFailures = 0;

  constructor(clock: Pick<Clock, "monotonicMs">) {
    this.#clock = clock;
  }

  /** A wrong credential came from there. Milliseconds that the source is to wait; 0 when it may try again at once. */
  fail(address: string): number {
    const nowMs = this.#clock.monotonicMs();
    const everywhereMs = this.#failAnywhere(nowMs);
    const name = sourceOf(address);
    const source = this.#sourceOf(name, nowMs);
    if (source === undefined) return everywhereMs;
    this.#sources.delete(name);
    this.#sources.set(name, source);
    source.failures += 1;
    source.failedMs = nowMs;
    const isWaiting = source.lockedUntilMs > nowMs;
    if (source.failures > forgiven && !isWaiting) source.lockedUntilMs = nowMs + source.backoff.next();
    return Math.max(everywhereMs, source.lockedUntilMs - nowMs, 0);
  }

  /** Undefined where there is no room for one more: no source that waits is forgotten for a new one. */
  #sourceOf(name: string, nowMs: number): Source | undefined {
    const known = this.#sources.get(name);
    if (known !== undefined && nowMs - known.failedMs <= forgottenMs) return known;
    if (known === undefined && this.#sources.size >= sourcesLimit && !this.#makeRoom(nowMs)) return undefined;
    const backoff = new Backoff({ firstMs: 1000, limitMs: 300_000, jitter: 0 });
    return { failures: 0, failedMs: nowMs, lockedUntilMs: 0, backoff };
  }

  #makeRoom(nowMs: number): boolean {
    for (const [name, { failures, failedMs }] of this.#sources) {
      if (failures > forgiven && nowMs - failedMs <= forgottenMs) continue;
      return this.#sources.delete(name);
    }
    return false;
  }

  #failAnywhere(nowMs: number): number {
    if (nowMs - this.#spanBeganMs > everywhere.spanMs) {
      this.#spanBeganMs = nowMs;
      this.#spanFailures = 0;
    }
    this.#spanFailures += 1;
    return this.#spanFailures > everywhere.limit ? everywhere.waitMs : 0;
  }
}
