// The readers of the journal by name, and how far each has come.
import { join } from "node:path";
import { origin, type Position } from "../../formats/journal/position.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Disk } from "../../kernel/disk.ts";
import { reasonOf } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import { type CursorsOnDisk, readCursorFile, setCursorFileAside, writeCursorFile } from "./cursor-file.ts";

interface Cursor {
  position: Position;
  /** Wall time of the last move or the first sight. */
  movedMs: number;
}

export interface CursorsNeeds {
  readonly disk: Disk;
  readonly clock: Clock;
  readonly log: Log;
  readonly directory: string;
}

export class Cursors {
  readonly #needs: CursorsNeeds;
  readonly #path: string;
  readonly #cursors = new Map<string, Cursor>();
  /** The write under way, and the one behind it, for which nothing has been taken yet. Neither rejects. */
  #writing: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(needs: CursorsNeeds) {
    this.#needs = needs;
    this.#path = join(needs.directory, "cursors.json");
  }

  /** Takes up the places on disk. Rejects when the file is there and cannot be read: it may be tried again. */
  async load(): Promise<void> {
    const found = await readCursorFile(this.#path);
    if ("fault" in found && typeof found.fault === "string") {
      const aside = await setCursorFileAside(this.#path);
      this.#needs.log.error("the readers' places cannot be read; all begin at the oldest metric", {
        path: aside,
        reason: found.fault,
      });
      return;
    }
    for (const [name, { movedMs, ...position }] of Object.entries(found as CursorsOnDisk))
      if (!this.#cursors.has(name)) this.#cursors.set(name, { position, movedMs });
  }

  get names(): string[] {
    return [...this.#cursors.keys()];
  }

  has(name: string): boolean {
    return this.#cursors.has(name);
  }

  /** Where a new reader begins: at the oldest batch that is there. */
  start: Position = origin;

  get(name: string): Position {
    return this.#cursors.get(name)?.position ?? this.start;
  }

  get highest(): Position {
    return [...this.#cursors.values()].reduce(
      (highest, { position }) => (position.batch > highest.batch ? position : highest),
      origin,
    );
  }

  /** Resolves when the move is on disk; a disk that refuses is logged, and the move holds until the next start. */
  async move(name: string, position: Position): Promise<void> {
    this.#cursors.set(name, { position, movedMs: this.#needs.clock.now() });
    await this.#write();
  }

  async remove(name: string): Promise<void> {
    if (this.#cursors.delete(name)) await this.#write();
  }

  async settle(): Promise<void> {
    await (this.#next ?? this.#writing);
  }

  /** One write at a time; moves made meanwhile go out together with the next one, and all of them wait for it. */
  async #write(): Promise<void> {
    const next = this.#next ?? this.#writing.then(() => this.#writeOnce());
    this.#next = next;
    await next;
  }

  async #writeOnce(): Promise<void> {
    this.#writing = this.#next ?? this.#writing;
    this.#next = undefined;
    const entries = [...this.#cursors].map(([name, { position, movedMs }]) => [
      name,
      { ...position, movedMs },
    ]);
    try {
      await writeCursorFile(this.#path, Object.fromEntries(entries) as CursorsOnDisk, this.#needs.disk);
    } catch (thrown) {
      this.#needs.log.error("the readers' places cannot be written; after a restart they read again", {
        path: this.#path,
        reason: reasonOf(thrown),
      });
    }
  }
}
