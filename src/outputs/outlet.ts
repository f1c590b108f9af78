// An output's own place in the journal, as the store gives it.
import type { Batch, Origin } from "../metric/metric.ts";

/** A place between two metrics of the journal. */
export interface Place {
  readonly batch: number;
  readonly record: number;
  /** Metrics before it. */
  readonly metric: number;
}

export interface Stretch {
  /** In order of arrival. */
  readonly batches: readonly Batch[];
  /** The place of the first metric of each batch, as a count of all metrics before it. */
  readonly firstMetrics: readonly number[];
  /** Give it to `advance` when all of it has arrived. */
  readonly to: Place;
}

export interface Outlet {
  /** What comes after the place; moves nothing. May reject: the disk cannot be read. */
  read(limit: { readonly records: number; readonly bytes: number }): Promise<Stretch>;
  /** Resolves when the move is on disk. */
  advance(to: Place): Promise<void>;
  /** How far the output has come for good. */
  readonly position: Place;
  /** Metrics behind the place, those of other origins among them. */
  readonly waiting: number;
  /** Metrics that this output will never see, because they grew too old, were too many, or were damaged. */
  readonly lost: number;
  /** Tells the journal's numbers from those of every other, and from those before a new beginning. */
  readonly mark: string;
}

/** Where outputs get their places: the same one for the same name. */
export type OpenOutlet = (name: string, origins: readonly Origin[]) => Outlet;
