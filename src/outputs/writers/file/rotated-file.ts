// A file of whole lines that grows to a size and is then set aside.
import { constants } from "node:fs";
import { type FileHandle, lstat, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type Disk, systemDisk } from "../../../kernel/disk.ts";
import { systemCode } from "../../../kernel/errors.ts";
import { syncDirectory } from "../../../kernel/replace-file.ts";
import { targetTrusted } from "../../../kernel/trusted-file.ts";

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
  /** It ends within a line. */
  isTorn: boolean;
}

const mode = 0o600;
const newline = 0x0a;
const flags = constants.O_RDWR | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

export class RotatedFile {
  readonly #config: RotatedFileConfig;
  readonly #disk: Disk;
  #opened: Opened | undefined;

  constructor(config: RotatedFileConfig, disk: Disk = systemDisk) {
    this.#config = config;
    this.#disk = disk;
  }

  /** Resolves when the lines are on disk for good. On rejection none of them stands there, as far as that can be done. */
  async append(lines: Buffer): Promise<void> {
    let opened = await this.#current();
    if (opened.sizeBytes > 0 && opened.sizeBytes + lines.length > this.#config.limitBytes) {
      await this.#setAside();
      opened = await this.#current();
    }
    const bytes = opened.isTorn ? Buffer.concat([Buffer.from([newline]), lines]) : lines;
    let written = 0;
    try {
      while (written < bytes.length)
        written += (await opened.handle.write(bytes, written, bytes.length - written)).bytesWritten;
      await opened.handle.datasync();
      opened.sizeBytes += bytes.length;
      opened.isTorn = false;
    } catch (thrown) {
      // After a failed sync nobody knows what is on disk: the file is looked at anew next time.
      await takeBack(opened, written).catch(() => {});
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
      const found = await lstat(path).catch(() => undefined);
      if (found?.dev === device && found.ino === inode) {
        if (found.size !== this.#opened.sizeBytes) await lookAt(this.#opened);
        return this.#opened;
      }
      await this.close();
    }
    // Before it is opened, which does things to what is no file; and after, since it may have become another one.
    mustBeFile(await lstat(path).catch(() => undefined));
    const distrust = targetTrusted(path);
    if (distrust !== undefined) throw new Error(distrust);
    const handle = await this.#disk.open(path, flags, mode);
    try {
      const found = await handle.stat();
      mustBeFile(found);
      await syncDirectory(dirname(path), this.#disk);
      const opened = { handle, device: found.dev, inode: found.ino, sizeBytes: 0, isTorn: false };
      await lookAt(opened);
      this.#opened = opened;
      return opened;
    } catch (thrown) {
      await handle.close();
      throw thrown;
    }
  }

  async #setAside(): Promise<void> {
    const { path, keep } = this.#config;
    await rm(`${path}.${keep}`, { force: true });
    for (let age = keep - 1; age >= 1; age -= 1) await renameIfThere(`${path}.${age}`, `${path}.${age + 1}`);
    await renameIfThere(path, `${path}.1`);
    await syncDirectory(dirname(path), this.#disk);
  }
}

async function renameIfThere(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (thrown) {
    if (systemCode(thrown) !== "ENOENT") throw thrown;
  }
}

/** Links are not followed: they may lead to what belongs to somebody else. */
function mustBeFile(found: { isFile(): boolean } | undefined): void {
  if (found?.isFile() === false) throw new Error("it is there and is no regular file");
}

/** Nothing is ever cut off a file that was found: what a crash left of a line stands there as a line of its own. */
async function lookAt(opened: Opened): Promise<void> {
  const { size } = await opened.handle.stat();
  const last = Buffer.alloc(1, newline);
  if (size > 0) await opened.handle.read(last, 0, 1, size - 1);
  opened.sizeBytes = size;
  opened.isTorn = last[0] !== newline;
}

/** What a write that failed has left, unless somebody else wrote meanwhile. */
async function takeBack({ handle, sizeBytes }: Opened, written: number): Promise<void> {
  const { size } = await handle.stat();
  if (written > 0 && size === sizeBytes + written) await handle.truncate(sizeBytes);
}
