// Replacing a small file as a whole: whoever reads it sees the old one or the new one, also after a crash.
import { randomBytes } from "node:crypto";
import { type FileHandle, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { type Disk, systemDisk } from "./disk.ts";

/** Resolves when the new text is on disk for good, under exactly that mode. What stood there stays on rejection. */
export async function replaceFile(
  path: string,
  text: string,
  mode: number,
  disk: Disk = systemDisk,
): Promise<void> {
  // A name of its own each time: two who replace at once do not write into each other, and nobody can plant a link.
  const temporary = `${path}.new-${randomBytes(6).toString("hex")}`;
  try {
    await writeDurably(await disk.open(temporary, "wx", mode), text, mode);
    await rename(temporary, path);
  } catch (thrown) {
    await rm(temporary, { force: true }).catch(() => {});
    throw thrown;
  }
  await syncDirectory(dirname(path), disk);
}

async function writeDurably(file: FileHandle, text: string, mode: number): Promise<void> {
  try {
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a new or another name in the directory last. */
export async function syncDirectory(path: string, disk: Disk = systemDisk): Promise<void> {
  const directory = await disk.open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
