// After a clone under a loose umask everybody could replace what is built and run from here: only the owner may.
import { chmodSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Repositories are git's: how they are shared is set there (core.sharedRepository). */
const left = new Set([".git"]);

/** Not ours to change, or gone meanwhile: the program judges what it is run from. */
const harmless = new Set(["EPERM", "EACCES", "EROFS", "ENOENT"]);

/** Of a file, or of a directory with everything below it. Links are not followed. */
export function takeWriteRights(path) {
  try {
    const stats = lstatSync(path);
    if (stats.isSymbolicLink()) return;
    if ((stats.mode & 0o022) !== 0) chmodSync(path, stats.mode & 0o7755);
    if (!stats.isDirectory()) return;
    for (const name of readdirSync(path)) if (!left.has(name)) takeWriteRights(join(path, name));
  } catch (thrown) {
    if (!harmless.has(thrown.code)) throw thrown;
  }
}
