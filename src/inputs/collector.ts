// What a collector is: a name, its parameters, and two functions that do not know each other — read and measure.
import type * as z from "zod";
import type { Clock } from "../kernel/clock.ts";
import type { Leaf, Reading } from "../metric/reading.ts";
import type { Unit } from "../metric/unit.ts";
import type { Engine } from "./docker/engine.ts";
import type { HostFiles } from "./host-files.ts";

export type { Leaf, Reading };

export interface CollectorNeeds {
  readonly host: HostFiles;
  readonly clock: Clock;
  /** Aborted at the collector's deadline, and when the agent stops. */
  readonly signal: AbortSignal;
  /** The Docker engine that the agent follows; absent where nothing is followed. */
  readonly engineAt?: (socket: string) => Engine;
}

/** The sample of the beat before. */
export interface Earlier<Sample> {
  readonly sample: Sample;
  /** Milliseconds between the two samples, more than 0. */
  readonly elapsedMs: number;
}

/** Why this host has nothing for the collector: no fault, and nothing to do about it. */
export interface NotEligible {
  readonly notEligible: string;
}

export interface LeafFacts {
  /** One sentence without a full stop, for whoever reads the exposition. */
  readonly help: string;
  /** `count` when absent. */
  readonly unit?: Unit;
}

interface CollectorFacts {
  /** One lower-case word: the configuration key, the first part of every series' name. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Milliseconds between beats unless configured; 10 s when absent. */
  readonly everyMs?: number;
  /** Milliseconds for one reading unless configured; 5 s when absent. */
  readonly deadlineMs?: number;
  /** True: runs only when the configuration names it, or while the node is in its group. */
  readonly onDemand?: boolean;
  /** The group of nodes that have such a thing, where a collector is one of these (contract opsbro §4.1). */
  readonly group?: string;
  /** What holds while nobody answers; nothing when absent. */
  readonly whenAway?: Reading;
  /**
   * The tag that stands for each level of keys: `["cpu"]` makes `{ cpu0: { idle } }` the series `NAME.idle` with
   * `cpu=cpu0`. An empty text keeps the level in the name. A number above a named level gets no tag.
   */
  readonly instances?: readonly string[];
  /** Facts of the numbers by name without the collector's own, such as `%idle`; `*` stands for all others. */
  readonly leaves: Readonly<Record<string, LeafFacts>>;
}

type SampleOf<Read> = Exclude<Read, NotEligible>;

interface CollectorDefinition<Config, Read> extends CollectorFacts {
  /** The collector's own parameters, each with a default and `.describe()`. */
  readonly config: z.ZodType<Config>;
  /** Reads and parses: a sample, or `NotEligible`. What it throws makes the state ERROR. */
  read(config: Config, needs: CollectorNeeds): Promise<Read>;
  /** Undefined: needs an earlier sample, and there is none. Pure. */
  measure(sample: SampleOf<Read>, earlier: Earlier<SampleOf<Read>> | undefined): Reading | undefined;
  /** The reading with the names that older versions used beside today's. Only for expressions and people. */
  spellings?(reading: Reading): Reading;
}

/** A collector with its types closed over, so that unlike collectors stand in one list. */
export interface Collector extends CollectorFacts {
  readonly config: z.ZodType;
  read(config: unknown, needs: CollectorNeeds): Promise<unknown>;
  measure(sample: unknown, earlier: Earlier<unknown> | undefined): Reading | undefined;
  spellings(reading: Reading): Reading;
}

/** Ties the types of one collector together. Beat, splay, deadline and counters are added by whoever runs it. */
export function defineCollector<Config, Read>(definition: CollectorDefinition<Config, Read>): Collector {
  return { spellings: (reading) => reading, ...definition } as Collector;
}

export function isNotEligible(sample: unknown): sample is NotEligible {
  return typeof sample === "object" && sample !== null && "notEligible" in sample;
}
