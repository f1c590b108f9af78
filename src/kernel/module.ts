// The one contract: what a module is, what it is given, and what it leaves behind.
import type * as z from "zod";
import type { Clock } from "./clock.ts";
import type { Log } from "./log.ts";
import type { Pace } from "./pace.ts";
import type { Telemetry } from "./telemetry.ts";

/** What the kernel gives every module. Nothing is global: a test passes its own. */
export interface Context {
  readonly log: Log;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Aborted when the agent begins to stop. */
  readonly signal: AbortSignal;
  /** For work that takes long: everybody's share of the event loop. */
  readonly pace: Pace;
}

/** What a started module leaves behind. `stop` is safe to call twice; nothing is emitted after it returns. */
export interface Running {
  stop(): Promise<void>;
}

/**
 * A module. `start` may assume that everything in its needs has been started, and nothing else. It either returns
 * something that runs or rejects and leaves nothing open.
 */
export interface Module<Config, Needs, Face extends Running> {
  /** Folder, config key, log name and label, such as `store`. */
  readonly name: string;
  /** One sentence. */
  readonly summary: string;
  /** Defaults live inside; the reference page and the JSON Schema are made from it. */
  readonly config: z.ZodType<Config>;
  start(config: Config, needs: Context & Needs): Promise<Face>;
}

/** Ties the types of one module together; adds nothing at run time. */
export function defineModule<Config, Needs, Face extends Running>(
  module: Module<Config, Needs, Face>,
): Module<Config, Needs, Face> {
  return module;
}
