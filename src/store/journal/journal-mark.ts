// The mark of a journal's numbers: it stands beside them, and is another one when they begin anew.
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Disk } from "../../kernel/disk.ts";
import { replaceFile } from "../../kernel/replace-file.ts";

/** Unlike every other: 16 hexadecimal digits. */
export function freshMark(): string {
  return randomBytes(8).toString("hex");
}

/** The mark in the file; undefined when there is none. */
export async function readMark(path: string): Promise<string | undefined> {
  const text = await readFile(path, "utf8").catch(() => "");
  return /^[0-9a-f]{16}\n$/.test(text) ? text.trimEnd() : undefined;
}

/** A directory that takes no file is none that numbers could be written to: then the mark holds for this life. */
export async function writeMark(path: string, mark: string, disk: Disk): Promise<void> {
  await replaceFile(path, `${mark}\n`, 0o600, disk).catch(() => undefined);
}
