// The journal on its disk: opened, written, and opened anew when somebody has taken its directory away.
import { join } from "node:path";
import type { StoredBatch } from "../../formats/journal/block.ts";
import type { Disk } from "../../kernel/disk.ts";
import { AgentError, systemCode } from "../../kernel/errors.ts";
import type { Context } from "../../kernel/module.ts";
import type { JournalConfig } from "./config.ts";
import type { Cursors } from "./cursors.ts";
import { DiskGuard } from "./disk-guard.ts";
import { freshMark, readMark, writeMark } from "./journal-mark.ts";
import type { Readers } from "./readers.ts";
import { SegmentLog } from "./segment-log.ts";

export interface JournalDiskNeeds extends Pick<Context, "clock" | "log"> {
  readonly disk: Disk;
  readonly directory: string;
  readonly cursors: Cursors;
  readonly readers: Readers;
}

export class JournalDisk {
  readonly segments: SegmentLog;
  readonly #needs: JournalDiskNeeds;
  readonly #guard: DiskGuard;
  #isOpen = false;
  #wasOpen = false;
  #mark = freshMark();

  constructor(config: JournalConfig, needs: JournalDiskNeeds) {
    const { clock, cursors, directory, disk, log, readers } = needs;
    this.#needs = needs;
    this.#guard = new DiskGuard(directory, config.min_free, clock);
    this.segments = new SegmentLog(config.max_size, {
      ...{ directory, disk, log },
      highest: () => cursors.highest,
      onDrop: (segment, behind, reason) => readers.skip({ segment, behind, reason }),
    });
  }

  /** False while what is on disk has not been looked at. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Tells the numbers in here from those of every other journal, and from those before a new beginning. */
  get mark(): string {
    return this.#mark;
  }

  /** Rejects when the directory cannot be used; it may be tried again. */
  async open(): Promise<void> {
    const { cursors, readers } = this.#needs;
    await cursors.load();
    await this.segments.open();
    const behind = await this.segments.start();
    // At the first look nobody without a place has missed anything.
    if (!this.#wasOpen) cursors.start = behind;
    await readers.skip({ segment: undefined, behind, reason: "damage" });
    await this.#settleMark();
    this.#isOpen = true;
    this.#wasOpen = true;
  }

  /** Resolves when the batches are on disk for good. */
  async write(batches: readonly StoredBatch[]): Promise<void> {
    try {
      await this.#writeThere(batches);
    } catch (thrown) {
      if (systemCode(thrown) !== "ENOENT") throw thrown;
      const path = this.#needs.directory;
      this.#needs.log.error("the journal's directory was removed; it is made again", { path });
      this.#isOpen = false;
      await this.#writeThere(batches);
    }
  }

  async #writeThere(batches: readonly StoredBatch[]): Promise<void> {
    if (!this.#isOpen) await this.open();
    const refusal = await this.#guard.refusal();
    if (refusal !== undefined) throw new AgentError("journal.full", { reason: refusal });
    await this.segments.write(batches);
  }

  /** The mark on disk holds for numbers that go on. */
  async #settleMark(): Promise<void> {
    const path = join(this.#needs.directory, "mark");
    const goesOn = !this.#wasOpen && this.segments.end.batch > 0;
    const known = goesOn ? await readMark(path) : undefined;
    if (known === undefined) await writeMark(path, this.#mark, this.#needs.disk);
    else this.#mark = known;
  }
}
