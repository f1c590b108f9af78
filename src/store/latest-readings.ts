// The last reading of every collector, whole, for whoever judges: rule checks, detectors, compliance, dashboards.
import type { Reading } from "../metric/reading.ts";

export class LatestReadings {
  readonly #readings = new Map<string, Reading | undefined>();

  /** Undefined: the collector ran, and this host has nothing for it. */
  record(collector: string, reading: Reading | undefined): void {
    this.#readings.set(collector, reading);
  }

  /** The last reading; undefined when there is none. */
  of(collector: string): Reading | undefined {
    return this.#readings.get(collector);
  }

  /** True once the collector ran to an end, whatever it found. */
  isSettled(collector: string): boolean {
    return this.#readings.has(collector);
  }

  /** Names of the collectors that found something. */
  names(): string[] {
    return [...this.#readings].filter(([, reading]) => reading !== undefined).map(([name]) => name);
  }
}
