// Typed events between stages that do not know each other.
import { reasonOf } from "./errors.ts";
import type { Log } from "./log.ts";

type Listener<Event> = (event: Event) => void;

/** `Events` maps an event's name to what it carries. Listeners run at once, in the order in which they came. */
export class EventBus<Events extends object> {
  readonly #listeners = new Map<keyof Events, Set<Listener<never>>>();
  readonly #log: Log;

  constructor(log: Log) {
    this.#log = log;
  }

  /** Returns the function that takes the listener away again. */
  on<Name extends keyof Events>(name: Name, listener: Listener<Events[Name]>): () => void {
    const listeners = this.#listeners.get(name) ?? new Set();
    this.#listeners.set(name, listeners);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  /** A listener that throws is logged and hurts no other. */
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void {
    for (const listener of this.#listeners.get(name) ?? []) {
      try {
        (listener as Listener<Events[Name]>)(event);
      } catch (thrown) {
        this.#log.error("a listener failed", { event: String(name), reason: reasonOf(thrown) });
      }
    }
  }
}
