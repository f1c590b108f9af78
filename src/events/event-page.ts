// What one question to the log finds: events in their order, each with its text for clients.
import { type AgentEvent, wireEvent } from "../event/index.ts";

/** An event, and its text for clients: made once, when the first of them asks. */
export interface Entry {
  readonly event: AgentEvent;
  readonly wire: string;
}

/** What is found for one question, event by event. */
export class Page {
  readonly entries: Entry[] = [];
  /** Number of the last event that was looked at. */
  next: number;
  readonly #isWanted: (event: AgentEvent) => boolean;
  readonly #limit: number;

  constructor(next: number, isWanted: (event: AgentEvent) => boolean, limit: number) {
    this.next = next;
    this.#isWanted = isWanted;
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.entries.length >= this.#limit;
  }

  /** What was looked at already is passed over. */
  take(entry: Entry | undefined): void {
    if (entry === undefined || entry.event.seq <= this.next) return;
    this.next = entry.event.seq;
    if (this.#isWanted(entry.event)) this.entries.push(entry);
  }
}

export class Kept implements Entry {
  readonly event: AgentEvent;
  #wire: string | undefined;

  constructor(event: AgentEvent) {
    this.event = event;
  }

  get wire(): string {
    this.#wire ??= JSON.stringify(wireEvent(this.event));
    return this.#wire;
  }
}
