// Files that stay open for reading, a few at a time: opening costs more than reading a few kilobytes.
import { type FileHandle, open } from "node:fs/promises";

const openLimit = 24;

interface Opened {
  readonly file: Promise<FileHandle>;
  users: number;
  forgotten: boolean;
}

export class OpenFiles {
  /** The one used longest ago first. */
  readonly #opened = new Map<string, Opened>();
  #limit = openLimit;

  /** Bytes of a file from `at` on, fewer where it ends. */
  async read(path: string, at: number, sizeBytes: number): Promise<Buffer> {
    const opened = this.#take(path);
    try {
      return await readAll(await opened.file, at, sizeBytes);
    } finally {
      opened.users -= 1;
      await this.#trim(opened);
    }
  }

  /** To be called when a file is removed or gets another name. */
  async forget(path: string): Promise<void> {
    const opened = this.#opened.get(path);
    if (opened === undefined) return;
    opened.forgotten = true;
    this.#opened.delete(path);
    if (opened.users === 0) await close(opened);
  }

  /** From now on a file is closed as soon as it was read. */
  async stop(): Promise<void> {
    this.#limit = 0;
    for (const path of [...this.#opened.keys()]) await this.forget(path);
  }

  #take(path: string): Opened {
    const opened = this.#opened.get(path) ?? { file: open(path, "r"), users: 0, forgotten: false };
    opened.users += 1;
    this.#opened.delete(path);
    this.#opened.set(path, opened);
    // A file that could not be opened is tried again the next time.
    opened.file.catch(() => this.#opened.delete(path));
    return opened;
  }

  async #trim(used: Opened): Promise<void> {
    if (used.forgotten && used.users === 0) await close(used);
    for (const [path, opened] of this.#opened) {
      if (this.#opened.size <= this.#limit) return;
      if (opened.users === 0) await this.forget(path);
    }
  }
}

async function close({ file }: Opened): Promise<void> {
  await (await file.catch(() => undefined))?.close();
}

async function readAll(file: FileHandle, at: number, sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  let filled = 0;
  while (filled < sizeBytes) {
    const { bytesRead } = await file.read(bytes, filled, sizeBytes - filled, at + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}
