// The module: one embedded database in the state directory, opened when it is first needed.
import { join } from "node:path";
import * as z from "zod";
import { defineModule, type Running } from "../kernel/module.ts";
import { duration, path } from "../kernel/schema.ts";
import { EmbeddedStore } from "./embedded-store.ts";
import { createMachineStates, type MachineStates } from "./machine-states.ts";

const storeConfig = z.strictObject({
  directory: path()
    .optional()
    .describe("Directory of the database; `store` in the state directory when absent."),
  machine_states: z
    .strictObject({
      max_age: duration().prefault("3d").describe("Snapshots older than this are dropped."),
      max_count: z.int().min(1).default(1000).describe("Snapshots kept; the oldest go first."),
    })
    .prefault({}),
});

export type StoreConfig = z.output<typeof storeConfig>;

export interface StoreNeeds {
  readonly stateDirectory: string;
}

export interface Store extends Running {
  readonly machineStates: MachineStates;
  /** Figures of the database by name; empty while it is closed. */
  figures(): Promise<Record<string, string>>;
}

export const storeModule = defineModule<StoreConfig, StoreNeeds, Store>({
  name: "store",
  summary: "Keeps machine states in an embedded database, with limits by age and number.",
  config: storeConfig,
  async start(config, { clock, log, stateDirectory }) {
    const database = new EmbeddedStore(config.directory ?? join(stateDirectory, "store"), log);
    const { max_age: maxAgeMs, max_count: maxCount } = config.machine_states;
    return {
      machineStates: createMachineStates({ maxAgeMs, maxCount }, { clock, database }),
      figures: () => database.figures(),
      stop: () => database.close(),
    };
  },
});
