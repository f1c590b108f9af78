// What was lost and why: counters by reader and reason, and one line in the log for each damaged place.
import { BoundedMap } from "../../kernel/bounded-map.ts";
import type { Log } from "../../kernel/log.ts";
import type { Telemetry } from "../../kernel/telemetry.ts";
import type { LossReason } from "./journal-reader.ts";

const placesRemembered = 1000;

export class Losses {
  readonly #log: Log;
  readonly #telemetry: Telemetry;
  readonly #lost = new Map<string, number>();
  readonly #told = new BoundedMap<string, true>(placesRemembered);

  constructor({ log, telemetry }: { readonly log: Log; readonly telemetry: Telemetry }) {
    this.#log = log;
    this.#telemetry = telemetry;
  }

  /** Metrics that the reader will never see. */
  lost(reader: string, reason: LossReason, metrics: number): void {
    this.#lost.set(reader, this.lostBy(reader) + metrics);
    const help = "Metrics that a reader will never see, by reason.";
    this.#telemetry.counter("journal_lost_total", help, { reader, reason }).add(metrics);
  }

  /** Metrics since the start that the reader will never see. */
  lostBy(reader: string): number {
    return this.#lost.get(reader) ?? 0;
  }

  /** Metrics that were never written. */
  refused(metrics: number): void {
    const help = "Metrics that were refused because they could not be written.";
    this.#telemetry.counter("journal_refused_total", help).add(metrics);
  }

  /** Told once for each place, however often it is looked at. */
  damaged(path: string, place: number): void {
    const key = `${path} ${place}`;
    if (this.#told.get(key) !== undefined) return;
    this.#told.set(key, true);
    this.#log.error("a part of the journal cannot be read and is skipped", { path, place });
  }
}
