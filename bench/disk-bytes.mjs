// What a directory takes on disk.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

/** Sizes of all files below it, in bytes. */
export function diskBytes(directory) {
  let bytes = 0;
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    bytes += entry.isDirectory() ? diskBytes(path) : statSync(path).size;
  }
  return bytes;
}
