// The only queue in the program. It has a limit, and says no when it is reached.

/** First in, first out, at most `limit` items. Taking and offering cost the same at any length. */
export class BoundedQueue<Item> {
  readonly limit: number;
  #items: Item[] = [];
  #head = 0;
  #refused = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  get length(): number {
    return this.#items.length - this.#head;
  }

  /** How many items were turned away since the start. */
  get refused(): number {
    return this.#refused;
  }

  /** False, and counted, when the queue is full. */
  offer(item: Item): boolean {
    if (this.length >= this.limit) {
      this.#refused += 1;
      return false;
    }
    this.#items.push(item);
    return true;
  }

  take(): Item | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#head += 1;
    if (this.#head > 64 && this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** Takes `item` out of the middle, for a waiter that gave up. False when it is not waiting any more. */
  remove(item: Item): boolean {
    const place = this.#items.indexOf(item, this.#head);
    if (place < 0) return false;
    this.#items.splice(place, 1);
    return true;
  }
}
