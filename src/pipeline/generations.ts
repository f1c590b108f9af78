// What is remembered of series that come again, and forgotten of those that do not: two generations, with a limit.

export class Generations<Value> {
  readonly #limit: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /** `limit`: entries of both generations together. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Whoever is asked for stays for at least one more generation. */
  get(key: string): Value | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old === undefined) return undefined;
    this.#old.delete(key);
    this.#young.set(key, old);
    return old;
  }

  /** False when there is no room for a new key. */
  set(key: string, value: Value): boolean {
    if (this.#old.delete(key) || this.#young.has(key) || this.size < this.#limit) {
      this.#young.set(key, value);
      return true;
    }
    return false;
  }

  /** Forgets what was not asked for since the last turn but one. */
  turn(): void {
    this.#old = this.#young;
    this.#young = new Map();
  }

  *keys(): Generator<string> {
    yield* this.#young.keys();
    yield* this.#old.keys();
  }
}
