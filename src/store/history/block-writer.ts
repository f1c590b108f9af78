// Writes a block: series by series in the order of their keys, to a temporary name until all of it is on disk.
import { type FileHandle, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import type { Disk } from "../../kernel/disk.ts";
import { syncDirectory } from "../../kernel/replace-file.ts";
import {
  type BlockSpan,
  type Entry,
  encodeDirectory,
  encodeFoot,
  encodeHead,
  encodePage,
  type Group,
  seriesPerGroup,
} from "./block-layout.ts";

const writeBytes = 128 * 1024;
export const temporaryEnd = ".temporary";

export class BlockWriter {
  readonly #path: string;
  readonly #disk: Disk;
  readonly #file: FileHandle;
  readonly #head: Buffer;
  readonly #groups: Group[] = [];
  #entries: Entry[] = [];
  #chunks: Uint8Array[] = [];
  /** Bytes that are to be written, and those that were. */
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #writtenBytes = 0;
  #series = 0;
  #points = 0;

  private constructor(path: string, file: FileHandle, { head, disk }: { head: Buffer; disk: Disk }) {
    this.#path = path;
    this.#file = file;
    this.#disk = disk;
    this.#head = head;
    this.#queue(head);
  }

  static async create(path: string, span: BlockSpan, disk: Disk): Promise<BlockWriter> {
    const file = await disk.open(path + temporaryEnd, "w", 0o600);
    return new BlockWriter(path, file, { head: encodeHead(span), disk });
  }

  /** Adds a series; its key comes after those added before. */
  async add(key: string, chunk: Uint8Array, points: number): Promise<void> {
    this.#entries.push({ key, sizeBytes: chunk.length, sum: crc32(chunk) });
    this.#chunks.push(chunk);
    this.#series += 1;
    this.#points += points;
    if (this.#entries.length >= seriesPerGroup) this.#closeGroup();
    if (this.#waitingBytes >= writeBytes) await this.#write();
  }

  /** The block stands on disk under its own name when this resolves. */
  async finish(): Promise<void> {
    this.#closeGroup();
    const directoryAt = this.#writtenBytes + this.#waitingBytes;
    const { bytes, plainBytes, sum } = encodeDirectory(this.#groups);
    this.#queue(bytes);
    const foot = {
      directoryAt,
      directoryBytes: bytes.length,
      directoryPlainBytes: plainBytes,
      directorySum: sum,
      series: this.#series,
      points: this.#points,
    };
    this.#queue(encodeFoot(this.#head, foot));
    await this.#write();
    await this.#file.sync();
    await this.#file.close();
    await rename(this.#path + temporaryEnd, this.#path);
    await syncDirectory(dirname(this.#path), this.#disk);
  }

  /** Leaves nothing behind. Never rejects. */
  async abandon(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#path + temporaryEnd, { force: true }).catch(() => undefined);
  }

  #closeGroup(): void {
    const [first] = this.#entries;
    if (first === undefined) return;
    const at = this.#writtenBytes + this.#waitingBytes;
    const chunkBytes = this.#entries.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const page = encodePage(this.#entries);
    for (const chunk of this.#chunks) this.#queue(chunk);
    this.#queue(page.bytes);
    this.#groups.push({
      firstKey: first.key,
      at,
      chunkBytes,
      pageBytes: page.bytes.length,
      pagePlainBytes: page.plainBytes,
      pageSum: page.sum,
    });
    this.#entries = [];
    this.#chunks = [];
  }

  #queue(bytes: Uint8Array): void {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
  }

  async #write(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    await writeAll(this.#file, bytes);
    this.#writtenBytes += bytes.length;
  }
}

/** Writes all of it: a disk that is nearly full takes a part and says so only then. */
export async function writeAll(file: FileHandle, bytes: Uint8Array, at?: number): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const place = at === undefined ? null : at + done;
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, place);
    done += bytesWritten;
  }
}
