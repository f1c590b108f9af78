// Delays between tries: they double up to a limit, and jitter keeps many hosts from trying in step.

export interface BackoffOptions {
  readonly firstMs: number;
  readonly limitMs: number;
  /** Share of each delay that is random, 0 to 1. */
  readonly jitter: number;
  /** A number from 0 up to but not including 1; `Math.random` when absent. */
  readonly random?: () => number;
}

export class Backoff {
  readonly #options: BackoffOptions;
  #tries = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Milliseconds to wait after one more failure. */
  next(): number {
    const { firstMs, limitMs, jitter, random = Math.random } = this.#options;
    const fullMs = Math.min(firstMs * 2 ** this.#tries, limitMs);
    this.#tries = Math.min(this.#tries + 1, 52);
    return fullMs * (1 - jitter * random());
  }

  /** To be called after a success. */
  reset(): void {
    this.#tries = 0;
  }
}
