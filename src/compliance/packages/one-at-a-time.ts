// Work that excludes other work of its kind: package managers lock their database.

/** Runs one after the other, in the order of asking. What was given up by its turn is not begun. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  async run<Answer>(signal: AbortSignal, work: () => Promise<Answer>): Promise<Answer> {
    const before = this.#last;
    const turn = before.then(() => {
      signal.throwIfAborted();
      return work();
    });
    this.#last = turn.catch(() => {});
    return await turn;
  }
}
