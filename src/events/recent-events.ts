// The newest events, in memory: most readers are close behind, and wait for no disk.
import type { AgentEvent } from "../event/index.ts";
import { Kept, type Page } from "./event-page.ts";

export class RecentEvents {
  readonly #limit: number;
  readonly #kept: Kept[] = [];

  /** `limit`: events at most. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Number of the oldest; undefined where there is none. */
  get oldest(): number | undefined {
    return this.#kept[0]?.event.seq;
  }

  get isFull(): boolean {
    return this.#kept.length >= this.#limit;
  }

  /** Oldest first. */
  get all(): AgentEvent[] {
    return this.#kept.map(({ event }) => event);
  }

  add(event: AgentEvent): void {
    this.#kept.push(new Kept(event));
    if (this.#kept.length > this.#limit) this.#kept.shift();
  }

  /** Those that come before all that are here; the newest of them, as many as there is room for. */
  putBefore(events: readonly AgentEvent[]): void {
    const room = this.#limit - this.#kept.length;
    if (room > 0) this.#kept.unshift(...events.slice(-room).map((one) => new Kept(one)));
  }

  /** Fills the page with what comes after it. `newest`: the number of the newest event. */
  give(page: Page, newest: number): void {
    // Numbers follow each other: nothing before this place can be wanted.
    const from = Math.max(0, this.#kept.length - (newest - page.next));
    for (let place = from; place < this.#kept.length && !page.isFull; place += 1)
      page.take(this.#kept[place]);
  }
}
