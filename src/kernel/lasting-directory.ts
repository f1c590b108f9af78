// Directories whose names are on disk for good before anything is put into them.
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { type Disk, systemDisk } from "./disk.ts";
import { systemCode } from "./errors.ts";
import { syncDirectory } from "./replace-file.ts";

/**
 * Makes a directory that lasts, for its owner alone, with those above it. Rejects with ENOENT only where somebody removed
 * one at the same time: the system's own way of doing this says so also where a parent could not be written to.
 */
export async function makeLastingDirectory(path: string, disk: Disk = systemDisk): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (thrown) {
    const isThere = systemCode(thrown) === "EEXIST" && (await stat(path)).isDirectory();
    if (!isThere && systemCode(thrown) !== "ENOENT") throw thrown;
    if (!isThere) await makeLastingDirectory(dirname(path), disk);
    if (!isThere) await mkdir(path, { mode: 0o700 });
  }
  // Also of one that is there: who made it may have ended before its name was on disk.
  await syncDirectory(dirname(path), disk);
}
