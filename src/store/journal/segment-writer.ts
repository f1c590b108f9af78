// Writes frames to the end of one segment. A write that fails closes the segment: the next one begins anew.
import { constants } from "node:fs";
import { type FileHandle, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { WrittenTexts } from "../../formats/journal/block.ts";
import type { Disk } from "../../kernel/disk.ts";
import { systemCode } from "../../kernel/errors.ts";
import { syncDirectory } from "../../kernel/replace-file.ts";
import { type Segment, segmentHead } from "./segment-file.ts";

export interface SegmentWriterNeeds {
  readonly disk: Disk;
  /** Names that are in the segment already; none when absent. */
  readonly texts?: WrittenTexts;
}

export class SegmentWriter {
  readonly segment: Segment;
  /** Names that a reader of this segment knows by number. */
  readonly texts: WrittenTexts;
  readonly #disk: Disk;
  #file: FileHandle | undefined;

  constructor(segment: Segment, { disk, texts = new WrittenTexts() }: SegmentWriterNeeds) {
    this.segment = segment;
    this.texts = texts;
    this.#disk = disk;
  }

  /** True when somebody has removed what was written so far. */
  async isGone(): Promise<boolean> {
    const { segment } = this;
    if (segment.sizeBytes === 0) return false;
    try {
      this.#file ??= await this.#disk.open(segment.path, constants.O_WRONLY);
      return (await this.#file.stat()).nlink === 0;
    } catch (thrown) {
      if (systemCode(thrown) === "ENOENT") return true;
      throw thrown;
    }
  }

  /** Resolves when the bytes are on disk for good. After a rejection this writer is of no use any more. */
  async append(frame: Buffer): Promise<void> {
    const { segment } = this;
    const fresh = segment.sizeBytes === 0;
    try {
      this.#file ??= await this.#disk.open(segment.path, constants.O_WRONLY | constants.O_CREAT, 0o600);
      const bytes = fresh ? Buffer.concat([segmentHead, frame]) : frame;
      await writeWhole(this.#file, bytes, segment.sizeBytes);
      await (fresh ? this.#file.sync() : this.#file.datasync());
      if (fresh) await syncDirectory(dirname(segment.path), this.#disk);
      segment.sizeBytes += bytes.length;
    } catch (thrown) {
      await this.#undo();
      throw thrown;
    }
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }

  /** Leaves no half frame behind, as far as the disk lets us; a reader would skip it. */
  async #undo(): Promise<void> {
    const { segment } = this;
    try {
      if (segment.sizeBytes === 0) await rm(segment.path, { force: true });
      else await this.#file?.truncate(segment.sizeBytes);
    } catch {
      // The disk that refused to write may refuse this too: the half frame fails its checksum and is skipped.
    }
    await this.close().catch(() => {});
  }
}

async function writeWhole(file: FileHandle, bytes: Buffer, place: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, place + written);
    written += bytesWritten;
  }
}
