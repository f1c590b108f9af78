// What an output is: a writer that takes deliveries. Cursor, batches, back-off and counting are the host's part.
import type * as z from "zod";
import type { Clock } from "../kernel/clock.ts";
import type { Log } from "../kernel/log.ts";
import type { Metric, Origin } from "../metric/metric.ts";

/** Metrics that came together, on their way out. */
export interface Parcel {
  /** The same for the same metrics however often they are sent. */
  readonly id: string;
  readonly origin: Origin;
  /** Host that was measured; never empty. */
  readonly host: string;
  /** Milliseconds since 1970. */
  readonly timestampMs: number;
  readonly metrics: readonly Metric[];
}

/** What one write carries: at most as many metrics as the output's `batch` says. */
export interface Delivery {
  /** The same for the same metrics as long as nothing is restarted; unlike that of every other delivery. */
  readonly id: string;
  /** Rises with each delivery of an output; a delivery that is tried again keeps it. */
  readonly sequence: number;
  readonly parcels: readonly Parcel[];
  /** Metrics in all parcels. */
  readonly count: number;
}

/** What became of a delivery that the other side took. */
export interface Receipt {
  /** Metrics of it that were refused for good, and why. */
  readonly refused?: { readonly metrics: number; readonly reason: string };
}

/**
 * The other side will never take this. A delivery of several metrics is then halved until the guilty ones are found.
 * Every other rejection of `write` means: later again.
 */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** Not now: with the time that the other side asks for. */
export class TryLater extends Error {
  override readonly name = "TryLater";
  readonly afterMs: number;

  constructor(reason: string, afterMs: number) {
    super(reason);
    this.afterMs = afterMs;
  }
}

/** One connection to one system. Only one write is under way at a time. */
export interface Writer {
  /**
   * Resolves when the other side has the metrics for good, as far as its protocol can tell. Rejects with `Refused` for
   * what it will never take, with anything else for what is worth another try. Ends at once when `signal` aborts.
   */
  write(delivery: Delivery, signal: AbortSignal): Promise<Receipt | undefined>;
  /**
   * Rejects as `write` would when nobody is there. Asked before the first write and after one that failed: what a
   * delivery looks like on the wire is not made for nobody.
   */
  reach?(signal: AbortSignal): Promise<void>;
  /** Lets go of connections. Safe to call twice and while a write is under way. */
  close(): Promise<void>;
}

export interface WriterNeeds {
  readonly log: Log;
  readonly clock: Clock;
  /** Name of this host. */
  readonly hostname: string;
  /** `yagura/VERSION`. */
  readonly userAgent: string;
}

interface OutputDefinition<Config> {
  /** Key under `outputs`, such as `influx`. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Metrics of one write when the operator says nothing. */
  readonly batch: number;
  /** A `z.strictObject` of the output's own keys. */
  readonly config: z.ZodType<Config>;
  /** Opens no connection that could fail: that is for the first `write`. Loads what is heavy. */
  readonly open: (config: Config, needs: WriterNeeds) => Promise<Writer> | Writer;
}

/** An output with its configuration's type closed over, so that unlike ones stand in one list. */
export interface Output extends Omit<OutputDefinition<never>, "config" | "open"> {
  readonly config: z.ZodObject;
  readonly open: (config: unknown, needs: WriterNeeds) => Promise<Writer>;
}

export function defineOutput<Config>(definition: OutputDefinition<Config>): Output {
  const { open, config, ...facts } = definition;
  return {
    ...facts,
    config: config as unknown as z.ZodObject,
    open: async (value, needs) => await open(value as Config, needs),
  };
}
