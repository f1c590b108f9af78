// A file of whole lines that grows to a size and is then set aside.
import { constants } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { systemCode } from "../../../kernel/errors.ts";
import { syncDirectory } from "../../../kernel/replace-file.ts";

export interface RotatedFileConfig {
  readonly path: string;
  readonly limitBytes: number;
  /** How many older files stay. */
  readonly keep: number;
}

interface Opened {
  readonly handle: FileHandle;
  readonly device: number;
  readonly inode: number;
  sizeBytes: number;
}

const mode = 0o600;
const tailBytes = 1024 * 1024;

export class RotatedFile {
  readonly #config: RotatedFileConfig;
  #opened: Opened | undefined;

  constructor(config: RotatedFileConfig) {
    this.#config = config;
  }

  /** Resolves when the lines are on disk for good. On rejection none of them stands there, as far as that can be done. */
  async append(lines: Buffer): Promise<void> {
    let opened = await this.#current();
    if (opened.sizeBytes > 0 && opened.sizeBytes + lines.length > this.#config.limitBytes) {
      await this.#setAside();
      opened = await this.#current();
    }
    try {
      await opened.handle.appendFile(lines);
      await opened.handle.datasync();
    } catch (thrown) {
      // After a failed sync nobody knows what is on disk: the file is looked at anew next time.
      await opened.handle.truncate(opened.sizeBytes).catch(() => {});
      await this.close();
      throw thrown;
    }
  }

  async close(): Promise<void> {
    const handle = this.#opened?.handle;
    this.#opened = undefined;
    await handle?.close();
  }

  /** The file that the path names now: somebody may have moved it away. */
  async #current(): Promise<Opened> {
    const { path } = this.#config;
    if (this.#opened !== undefined) {
      const { device, inode } = this.#opened;
      const found = await stat(path).catch(() => undefined);
      if (found?.dev === device && found.ino === inode) {
        if (found.isFile()) this.#opened.sizeBytes = found.size;
        return this.#opened;
      }
      await this.close();
    }
    const handle = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_APPEND, mode);
    try {
      const found = await handle.stat();
      const sizeBytes = found.isFile() ? await withoutTornLine(handle, found.size) : 0;
      await syncDirectory(dirname(path));
      this.#opened = { handle, device: found.dev, inode: found.ino, sizeBytes };
      return this.#opened;
    } catch (thrown) {
      await handle.close();
      throw thrown;
    }
  }

  async #setAside(): Promise<void> {
    const { path, keep } = this.#config;
    await this.close();
    await rm(`${path}.${keep}`, { force: true });
    for (let age = keep - 1; age >= 1; age -= 1) await renameIfThere(`${path}.${age}`, `${path}.${age + 1}`);
    await renameIfThere(path, `${path}.1`);
    await syncDirectory(dirname(path));
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (thrown) {
    if (systemCode(thrown) !== "ENOENT") throw thrown;
  }
}

/**
 * The file's size once its last line is whole. What a crash left of a line was never reported as written: it is cut off,
 * and comes again.
 */
async function withoutTornLine(handle: FileHandle, sizeBytes: number): Promise<number> {
  const tail = Buffer.alloc(Math.min(sizeBytes, tailBytes));
  const { bytesRead } = await handle.read(tail, 0, tail.length, sizeBytes - tail.length);
  const wholeBytes = tail.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
  if (wholeBytes === bytesRead) return sizeBytes;
  const keptBytes = sizeBytes - bytesRead + wholeBytes;
  await handle.truncate(keptBytes);
  return keptBytes;
}
