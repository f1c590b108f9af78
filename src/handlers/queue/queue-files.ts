// Events that wait to be told, on disk: one small file for each handler and event, synced before anybody is told.
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../../kernel/clock.ts";
import { reasonOf, systemCode } from "../../kernel/errors.ts";
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
  readonly clock: Pick<Clock, "now">;
}

interface KeptFile extends QueueFile {
  /** Another one where a file stands under the first already. */
  path: string;
  readonly settle: () => void;
  state: "pending" | "writing" | "written" | "removed";
}

const namePattern = /^(\d{15})\.json$/;
/** Files that were set aside: whole, and nothing that can be told. */
const badPattern = /^(\d{15})\.json\.bad$/;
const mostBad = 16;
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
      const found = (await readdir(directory)).sort();
      const names = found.filter((name) => namePattern.test(name));
      const bad = found.filter((name) => badPattern.test(name));
      // Every number is below all that come later, also of what was set aside.
      const number = Math.max(
        0,
        ...[names.at(-1), bad.at(-1)].map((name) => Number.parseInt(name ?? "0", 10)),
      );
      const files = new QueueFiles(directory, { number, isUsable: true }, needs);
      return { files, kept: await files.#take(names, bad) };
    } catch (thrown) {
      needs.log.error("what waits to be told is kept in memory only", {
        path: directory,
        reason: reasonOf(thrown),
      });
      // Nobody knows which numbers are taken: those of this moment are behind all that were counted up.
      const from = { number: needs.clock.now(), isUsable: false };
      return { files: new QueueFiles(directory, from, needs), kept: [] };
    }
  }

  /** Events since the start that the disk did not take. */
  get unkept(): number {
    return this.#unkept;
  }

  /** Returns at once; the writing goes on behind. */
  add(handler: string, text: string): QueueFile {
    let settle = () => {};
    const stored = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const record = this.#record({ handler, text, stored, settle, path: this.#nextPath() });
    this.#pending.push(record);
    this.#writing ??= this.#write();
    return record;
  }

  /** Resolves when all is on disk, and what was told is gone. */
  async stop(): Promise<void> {
    while (this.#writing !== undefined) await this.#writing;
    await this.#removing;
  }

  #nextPath(): string {
    this.#number += 1;
    return join(this.#directory, `${String(this.#number).padStart(15, "0")}.json`);
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
    const { handler, text } = record;
    record.state = "writing";
    try {
      await this.#writeDurably(record, `{"handler":${JSON.stringify(handler)},"event":${text}}\n`);
      if ((record.state as KeptFile["state"]) === "removed") this.#erase(record.path);
      else record.state = "written";
      if (this.#failing) this.#log.warning("what waits to be told is kept on disk again", {});
      this.#failing = false;
    } catch (thrown) {
      this.#failed(thrown, 1);
    }
  }

  async #writeDurably(record: KeptFile, text: string): Promise<void> {
    const file = await this.#create(record);
    try {
      await file.writeFile(text);
      await file.datasync();
    } catch (thrown) {
      // Half a file would be taken for a damaged one at the next start.
      this.#erase(record.path);
      throw thrown;
    } finally {
      await file.close();
    }
  }

  /** Under the first number from its own on that is free: what stands there already is an event, too. */
  async #create(record: KeptFile): Promise<FileHandle> {
    for (;;) {
      try {
        return await open(record.path, "wx", 0o600);
      } catch (thrown) {
        if (systemCode(thrown) !== "EEXIST") throw thrown;
        record.path = this.#nextPath();
      }
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

  /** What waits in these files. The oldest of what was set aside go where there are too many. */
  async #take(names: readonly string[], bad: readonly string[]): Promise<readonly QueueFile[]> {
    const kept: QueueFile[] = [];
    const aside = [...bad];
    for (const name of names) {
      const found = await this.#read(name);
      if (found === "bad") aside.push(`${name}.bad`);
      else if (found !== undefined) kept.push(found);
    }
    for (const name of aside.sort().slice(0, -mostBad)) this.#erase(join(this.#directory, name));
    return kept;
  }

  /** Undefined: it could not be read, and may be another time. */
  async #read(name: string): Promise<QueueFile | "bad" | undefined> {
    const path = join(this.#directory, name);
    try {
      const found = contentOf(await readFile(path, "utf8"));
      if (found !== undefined)
        return this.#record({ ...found, path, stored: Promise.resolve(), settle: () => {} }, "written");
      this.#log.error("an event that waited to be told is damaged and is set aside", { path: `${path}.bad` });
      await rename(path, `${path}.bad`);
      return "bad";
    } catch (thrown) {
      this.#log.error("an event that waited to be told cannot be read", { path, reason: reasonOf(thrown) });
      return undefined;
    }
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
