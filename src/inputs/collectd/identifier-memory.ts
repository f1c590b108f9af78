// What is remembered of each identifier: the newest time, for what comes twice, and the values, for rates. Bounded.
import type { ValueList } from "../../formats/collectd-packet/value-list.ts";
import { BoundedMap } from "../../kernel/bounded-map.ts";
import type { CollectdSeries } from "./collectd-series.ts";

export interface Remembered {
  readonly series: CollectdSeries;
  readonly list: ValueList;
  /** On the monotonic clock. */
  readonly seenMs: number;
}

/** For senders that say no interval: collectd's own default. */
export const usualIntervalMs = 10_000;
const silentIntervals = 10;

export class IdentifierMemory {
  readonly #entries: BoundedMap<string, Remembered>;
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
    this.#entries = new BoundedMap(limit);
  }

  get isFull(): boolean {
    return this.#entries.size >= this.#limit;
  }

  /** Undefined as well for what has been silent for ten intervals: with it goes a time that was wrong. */
  get(key: string, nowMs: number): Remembered | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined || isSilent(entry, nowMs) ? undefined : entry;
  }

  /** When it is full, what has been silent for longest goes. */
  set(key: string, entry: Remembered): void {
    this.#entries.set(key, entry);
  }

  /** Lets go of what is silent. */
  sweep(nowMs: number): void {
    for (const entry of this.#entries.values())
      if (isSilent(entry, nowMs)) this.#entries.delete(keyOf(entry.list));
  }
}

function isSilent({ list, seenMs }: Remembered, nowMs: number): boolean {
  return nowMs - seenMs > silentIntervals * (list.intervalMs || usualIntervalMs);
}

/** Texts of the protocol have no zero inside. */
export function keyOf({ host, plugin, pluginInstance, type, typeInstance }: ValueList): string {
  return `${host}\0${plugin}\0${pluginInstance}\0${type}\0${typeInstance}`;
}
