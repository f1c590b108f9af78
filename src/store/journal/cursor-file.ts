// The readers' places on disk: one small file, replaced whole. An older one after a crash means reading again, not losing.
import { readFile, rename } from "node:fs/promises";
import * as z from "zod";
import type { Disk } from "../../kernel/disk.ts";
import { reasonOf, systemCode } from "../../kernel/errors.ts";
import { replaceFile } from "../../kernel/replace-file.ts";

const count = z.int().min(0);

const cursorsOnDisk = z.object({
  version: z.literal(1),
  cursors: z.record(
    z.string(),
    z.object({ batch: count, record: count, metric: count, movedMs: z.number() }),
  ),
});

export type CursorsOnDisk = z.output<typeof cursorsOnDisk>["cursors"];

/** The places, none when there is no file; or what is wrong with what is in it. Rejects when it cannot be read. */
export async function readCursorFile(path: string): Promise<CursorsOnDisk | { readonly fault: string }> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (thrown) {
    if (systemCode(thrown) === "ENOENT") return {};
    throw thrown;
  }
  try {
    return cursorsOnDisk.parse(JSON.parse(text)).cursors;
  } catch (thrown) {
    return { fault: reasonOf(thrown).split("\n")[0] ?? "" };
  }
}

/** Resolves when the new places are on disk; the file is the old or the new one at every moment. */
export async function writeCursorFile(path: string, cursors: CursorsOnDisk, disk: Disk): Promise<void> {
  await replaceFile(path, `${JSON.stringify({ version: 1, cursors })}\n`, 0o600, disk);
}

/** Keeps a file that is of no use for a person to look at. Returns its new path. */
export async function setCursorFileAside(path: string): Promise<string> {
  const aside = `${path}.damaged`;
  await rename(path, aside);
  return aside;
}
