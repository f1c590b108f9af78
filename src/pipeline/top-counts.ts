// The most frequent of any number of names, in the room of a few: the space-saving counts of Metwally, Agrawal, El Abbadi.

export class TopCounts {
  readonly #limit: number;
  readonly #counts = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A newcomer takes the place, and the count, of the rarest: counts are never too low. */
  add(name: string): void {
    const known = this.#counts.get(name);
    if (known !== undefined || this.#counts.size < this.#limit) {
      this.#counts.set(name, (known ?? 0) + 1);
      return;
    }
    const [rarest, count] = this.#rarest();
    this.#counts.delete(rarest);
    this.#counts.set(name, count + 1);
  }

  /** Most frequent first. */
  top(atMost: number): { name: string; count: number }[] {
    return [...this.#counts]
      .map(([name, count]) => ({ name, count }))
      .sort((one, other) => other.count - one.count)
      .slice(0, atMost);
  }

  #rarest(): [string, number] {
    let rarest: [string, number] = ["", Number.POSITIVE_INFINITY];
    for (const entry of this.#counts) if (entry[1] < rarest[1]) rarest = entry;
    return rarest;
  }
}
