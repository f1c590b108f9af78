// What others say: the last word on each check, and the newest events. In memory, bounded.
import { BoundedMap } from "../kernel/bounded-map.ts";

export interface ReportedCheck {
  readonly name: string;
  /** Host that it is about; empty for this one. */
  readonly host: string;
  /** As Nagios counts: 0 ok, 1 warning, 2 critical, 3 unknown. */
  readonly status: 0 | 1 | 2 | 3;
  readonly message: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

export interface ReportedEvent {
  readonly title: string;
  readonly text: string;
  readonly host: string;
  readonly level: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

const checksAtMost = 2000;
const eventsAtMost = 500;
const messageCharacters = 4096;

export class Reported {
  readonly #checks = new BoundedMap<string, ReportedCheck>(checksAtMost);
  readonly #events: ReportedEvent[] = [];

  /** In the order of their last report, the newest last. */
  get checks(): readonly ReportedCheck[] {
    return [...this.#checks.values()];
  }

  /** Oldest first. */
  get events(): readonly ReportedEvent[] {
    return this.#events;
  }

  takeCheck(check: ReportedCheck): void {
    const key = JSON.stringify([check.host, check.name, check.tags]);
    this.#checks.set(key, { ...check, message: check.message.slice(0, messageCharacters) });
  }

  takeEvent(event: ReportedEvent): void {
    this.#events.push({ ...event, text: event.text.slice(0, messageCharacters) });
    if (this.#events.length > eventsAtMost) this.#events.shift();
  }
}
