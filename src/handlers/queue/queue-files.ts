// Events that wait to be told, on disk: one small file for each handler and event, synced before anybody is told.
import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { reasonOf } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Running } from "../../kernel/module.ts";
import { syncDirectory } from "../../kernel/replace-file.ts";

/** One event that waits for one handler. */
export interface QueueFile {
  readonly handler: string;
  /** The event as JSON. */
  readonly text: string;
  /** Resolves when it is on disk for good, or when the disk does not take it: then it is in memory only. */
  readonly stored: Promise<void>;
  /** It was told, or given up. */
  remove(): void;
}

interface QueueNeeds {
  readonly log: Log;
}

interface KeptFile extends QueueFile {
  readonly path: string;
  readonly settle: () => void;
  state: "pending" | "writing" | "written" | "removed";
}

const namePattern = /^(\d{15})\.json$/;
/** Files of one sync of the directory. */
const groupSize = 32;
/** Files that are written at once; other parts of the agent use the same disk. */
const lanes = 2;

export class QueueFiles implements Running {
  readonly #directory: string;
  readonly #log: Log;
  #number: number;
  readonly #pending: KeptFile[] = [];
  #writing: Promise<void> | undefined;
  #removing: Promise<void> = Promise.resolve();
  #failing: boolean;
  #unkept = 0;

  private constructor(directory: string, from: { number: number; isUsable: boolean }, { log }: QueueNeeds) {
    this.#directory = directory;
    this.#number = from.number;
    this.#failing = !from.isUsable;
    this.#log = log;
  }

  /** Makes the directory and reads what waits, oldest first. A directory that cannot be used is logged. */
  static async open(
    directory: string,
    needs: QueueNeeds,
  ): Promise<{ readonly files: QueueFiles; readonly kept: readonly QueueFile[] }> {
    try {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const names = (await readdir(directory)).filter((name) => namePattern.test(name)).sort();
      const number = Number(namePattern.exec(names.at(-1) ?? "")?.[1] ?? 0);
      const files = new QueueFiles(directory, { number, isUsable: true }, needs);
      const kept: QueueFile[] = [];
      for (const name of names) {
        const file = await files.#read(name);
        if (file !== undefined) kept.push(file);
      }
      return { files, kept };
    } catch (thrown) {
      needs.log.error("what waits to be told is kept in memory only", {
        path: directory,
        reason: reasonOf(thrown),
      });
      return { files: new QueueFiles(directory, { number: 0, isUsable: false }, needs), kept: [] };
    }
  }

  /** Events since the start that the disk did not take. */
  get unkept(): number {
    return this.#unkept;
  }

  /** Returns at once; the writing goes on behind. */
  add(handler: string, text: string): QueueFile {
    this.#number += 1;
    const name = `${String(this.#number).padStart(15, "0")}.json`;
    let settle = () => {};
    const stored = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const record = this.#record({ handler, text, stored, settle, path: join(this.#directory, name) });
    this.#pending.push(record);
    this.#writing ??= this.#write();
    return record;
  }

  /** Resolves when all is on disk, and what was told is gone. */
  async stop(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    await this.#removing;
  }

  #record(facts: Omit<KeptFile, "state" | "remove">, state: KeptFile["state"] = "pending"): KeptFile {
    const record: KeptFile = { ...facts, state, remove: () => this.#remove(record) };
    return record;
  }

  #remove(record: KeptFile): void {
    const { state, path } = record;
    record.state = "removed";
    if (state === "written") this.#erase(path);
  }

  /** Not synced: what comes back after a crash is told twice, and nothing is lost. */
  #erase(path: string): void {
    this.#removing = this.#removing
      .then(() => rm(path, { force: true }))
      .catch((thrown: unknown) => {
        this.#log.error("what was told stays in the queue on disk", { path, reason: reasonOf(thrown) });
      });
  }

  async #write(): Promise<void> {
    while (this.#pending.length > 0) {
      const group = this.#pending.splice(0, groupSize);
      const rest = [...group];
      const lane = async () => {
        for (let one = rest.shift(); one !== undefined; one = rest.shift()) await this.#writeOne(one);
      };
      await Promise.all(Array.from({ length: lanes }, lane));
      await syncDirectory(this.#directory).catch((thrown: unknown) => this.#failed(thrown, 0));
      for (const { settle } of group) settle();
    }
    this.#writing = undefined;
  }

  async #writeOne(record: KeptFile): Promise<void> {
    // Told already, or given up for want of room.
    if (record.state === "removed") return;
    const { path, handler, text } = record;
    record.state = "writing";
    try {
      await writeDurably(path, `{"handler":${JSON.stringify(handler)},"event":${text}}\n`);
      if ((record.state as KeptFile["state"]) === "removed") this.#erase(path);
      else record.state = "written";
      if (this.#failing) this.#log.warning("what waits to be told is kept on disk again", {});
      this.#failing = false;
    } catch (thrown) {
      // Half a file would be taken for a damaged one at the next start.
      this.#erase(path);
      this.#failed(thrown, 1);
    }
  }

  #failed(thrown: unknown, files: number): void {
    this.#unkept += files;
    if (!this.#failing)
      this.#log.error("what waits to be told is kept in memory only", {
        path: this.#directory,
        reason: reasonOf(thrown),
      });
    this.#failing = true;
  }

  async #read(name: string): Promise<QueueFile | undefined> {
    const path = join(this.#directory, name);
    const found = contentOf(await readFile(path, "utf8").catch(() => ""));
    if (found !== undefined)
      return this.#record({ ...found, path, stored: Promise.resolve(), settle: () => {} }, "written");
    this.#log.error("an event that waited to be told cannot be read", { path });
    this.#erase(path);
    return undefined;
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
}

function contentOf(text: string): { handler: string; text: string } | undefined {
  try {
    const { handler, event } = JSON.parse(text) as {
      handler?: unknown;
      event?: Readonly<Record<string, unknown>>;
    };
    const isEvent = Number.isSafeInteger(event?.["seq"]) && typeof event?.["atMs"] === "number";
    const isWhole = typeof handler === "string" && isEvent && typeof event?.["type"] === "string";
    return isWhole ? { handler, text: JSON.stringify(event) } : undefined;
  } catch {
    return undefined;
  }
}
