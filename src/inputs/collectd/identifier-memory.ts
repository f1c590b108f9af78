// What is remembered of each identifier: the newest time, for what comes twice, and the values, for rates. Bounded.
import type { Provenance, ValueList } from "../../formats/collectd-packet/value-list.ts";
import type { CollectdSeries } from "./collectd-series.ts";

/** A value list, and whose it is where that is known. */
export type SentList = ValueList & Partial<Provenance>;

export interface Remembered {
  readonly series: CollectdSeries;
  readonly list: SentList;
  /** On the monotonic clock. */
  readonly seenMs: number;
}

/** For senders that say no interval: collectd's own default. */
export const usualIntervalMs = 10_000;
const silentIntervals = 10;
/** What is said to come less often is not waited for any longer: nobody buys a place for ever. */
const longestIntervalMs = 3_600_000;

export class IdentifierMemory {
  readonly #entries = new Map<string, Remembered>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Undefined as well for what has been silent for ten intervals: with it goes a time that was wrong. */
  get(key: string, nowMs: number): Remembered | undefined {
    const entry = this.#entries.get(key);
    return entry === undefined || isSilent(entry, nowMs) ? undefined : entry;
  }

  /** Those that are here stay, whoever floods with new ones. */
  hasRoom(key: string): boolean {
    return this.#entries.size < this.#limit || this.#entries.has(key);
  }

  /** Only where there is room. */
  set(key: string, entry: Remembered): void {
    this.#entries.set(key, entry);
  }

  /** Lets go of what is silent. */
  sweep(nowMs: number): void {
    for (const [key, entry] of this.#entries) if (isSilent(entry, nowMs)) this.#entries.delete(key);
  }
}

function isSilent({ list, seenMs }: Remembered, nowMs: number): boolean {
  const intervalMs = Math.min(list.intervalMs || usualIntervalMs, longestIntervalMs);
  return nowMs - seenMs > silentIntervals * intervalMs;
}

/** Texts of the protocol have no zero inside. A user's lists say nothing of those of another. */
export function keyOf({ host, plugin, pluginInstance, type, typeInstance, user = "" }: SentList): string {
  return `${host}\0${plugin}\0${pluginInstance}\0${type}\0${typeInstance}\0${user}`;
}
