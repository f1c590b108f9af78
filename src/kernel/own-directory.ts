// The directory that the program runs from, held while it runs: an upgrade lays its files in another one, and removes
// this one when nobody holds it any more (tools/directories-in-use.mjs).
import { openSync } from "node:fs";

/** Never closed; the kernel does that. Nothing that is started inherits it. `file` lies in the directory. */
export function holdOwnDirectory(file: URL): void {
  try {
    openSync(file, "r");
  } catch {
    // Whoever needs the file says what is wrong with it.
  }
}
