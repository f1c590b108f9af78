// LevelDB behind the few calls that the agent needs: opened lazily, repaired or set aside when it is damaged.
import { existsSync, renameSync } from "node:fs";
import type { ClassicLevel } from "classic-level";
import { AgentError, reasonOf, systemCode } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";

export interface KeyRange {
  readonly from: string;
  readonly to: string;
}

export class EmbeddedStore {
  readonly #directory: string;
  readonly #log: Log;
  #opening: Promise<ClassicLevel> | undefined;

  constructor(directory: string, log: Log) {
    this.#directory = directory;
    this.#log = log;
  }

  async get(key: string): Promise<string | undefined> {
    return await this.#use(async (level) => await level.get(key));
  }

  /** Returns when the value is on disk. */
  async put(key: string, value: string): Promise<void> {
    await this.#use(async (level) => await level.put(key, value, { sync: true }));
  }

  /** Keys from `from` up to but not including `to`, ascending. A store that was never written is not made by this. */
  async keys({ from, to }: KeyRange): Promise<string[]> {
    if (this.#opening === undefined && !existsSync(this.#directory)) return [];
    return await this.#use(async (level) => await level.keys({ gte: from, lt: to }).all());
  }

  async delete(keys: readonly string[]): Promise<void> {
    if (keys.length === 0) return;
    await this.#use(async (level) => await level.batch(keys.map((key) => ({ type: "del", key }))));
  }

  async figures(): Promise<Record<string, string>> {
    if (this.#opening === undefined) return {};
    return await this.#use(async (level) => ({ "leveldb.stats": level.getProperty("leveldb.stats") }));
  }

  async close(): Promise<void> {
    const opening = this.#opening;
    this.#opening = undefined;
    await (await opening?.catch(() => undefined))?.close();
  }

  async #use<Value>(work: (level: ClassicLevel) => Promise<Value>): Promise<Value> {
    this.#opening ??= this.#open();
    try {
      return await work(await this.#opening);
    } catch (thrown) {
      if (thrown instanceof AgentError) {
        this.#opening = undefined;
        throw thrown;
      }
      throw this.#failure(thrown);
    }
  }

  async #open(): Promise<ClassicLevel> {
    const { ClassicLevel: Level } = await import("classic-level");
    const attempt = async () => {
      const level = new Level(this.#directory, { writeBufferSize: 512 << 10, cacheSize: 512 << 10 });
      await level.open();
      return level;
    };
    try {
      return await attempt();
    } catch (thrown) {
      if (causeCode(thrown) !== "LEVEL_CORRUPTION") throw this.#failure(thrown);
      this.#log.error("the store is damaged; repairing it", {
        path: this.#directory,
        reason: reasonOf(thrown),
      });
    }
    try {
      await Level.repair(this.#directory);
      return await attempt();
    } catch (thrown) {
      this.#setAside(thrown);
      return await attempt();
    }
  }

  /** What cannot be repaired is kept for a person to look at, and the agent goes on with an empty store. */
  #setAside(why: unknown): void {
    const aside = `${this.#directory}.damaged-${Date.now()}`;
    renameSync(this.#directory, aside);
    this.#log.error("the store cannot be repaired; it was set aside", { path: aside, reason: reasonOf(why) });
  }

  #failure(thrown: unknown): AgentError {
    const path = this.#directory;
    if (causeCode(thrown) === "LEVEL_LOCKED") return new AgentError("store.locked", { path, cause: thrown });
    const cause = thrown instanceof Error && thrown.cause !== undefined ? thrown.cause : thrown;
    return new AgentError("store.failed", { path, reason: reasonOf(cause), cause: thrown });
  }
}

function causeCode(thrown: unknown): string | undefined {
  const inner = thrown instanceof Error ? systemCode(thrown.cause) : undefined;
  return inner ?? systemCode(thrown);
}
