// Which files of a directory this process has open.
import { readdirSync, readlinkSync } from "node:fs";

/** Names of files below the directory, and of removed ones, as the system calls them. */
export function openFilesBelow(directory: string): string[] {
  return readdirSync("/proc/self/fd")
    .map(targetOf)
    .filter((path) => path.startsWith(`${directory}/`))
    .map((path) => path.slice(directory.length + 1));
}

/** The one that was opened to read the list is gone by now. */
function targetOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return "";
  }
}
