// Snapshots of the host by the second in which they were begun (contract happo §6).
import type { Clock } from "../kernel/clock.ts";
import type { EmbeddedStore } from "./embedded-store.ts";

export interface MachineStatesConfig {
  readonly maxAgeMs: number;
  readonly maxCount: number;
}

export interface MachineStatesNeeds {
  readonly clock: Clock;
  readonly database: Pick<EmbeddedStore, "get" | "put" | "keys" | "delete">;
}

export interface MachineStates {
  /** `s-<Unix seconds>`, oldest first. */
  keys(): Promise<string[]>;
  /** Undefined for a key that is none, or not there. */
  read(key: string): Promise<string | undefined>;
  /** Keeps the text under the second of `atMs`, then drops what is too old or too much. */
  keep(atMs: number, text: string): Promise<void>;
}

/** All keys of the form `s-…` lie here. */
const range = { from: "s-", to: "s." };

export function createMachineStates(config: MachineStatesConfig, needs: MachineStatesNeeds): MachineStates {
  const { clock, database } = needs;
  const keys = () => database.keys(range);
  const expire = async () => {
    const oldest = Math.floor((clock.now() - config.maxAgeMs) / 1000);
    const all = await keys();
    const surplus = all.length - config.maxCount;
    await database.delete(all.filter((key, place) => place < surplus || Number(key.slice(2)) < oldest));
  };
  return {
    keys,
    async read(key) {
      if (!/^s-\d{1,12}$/.test(key) || (await keys()).length === 0) return undefined;
      return await database.get(key);
    },
    async keep(atMs, text) {
      await database.put(`s-${Math.floor(atMs / 1000)}`, text);
      await expire();
    },
  };
}
