// The readers' places on disk: one small file, replaced whole. An older one after a crash means reading again, not losing.
import { readFileSync } from "node:fs";
import * as z from "zod";
import { reasonOf } from "../../kernel/errors.ts";
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

/** The places, none when there is no file; or why the file cannot be used. */
export function readCursorFile(path: string): CursorsOnDisk | { readonly fault: string } {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return {};
  }
  try {
    return cursorsOnDisk.parse(JSON.parse(text)).cursors;
  } catch (thrown) {
    return { fault: reasonOf(thrown).split("\n")[0] ?? "" };
  }
}

/** Resolves when the new places are on disk; the file is the old or the new one at every moment. */
export async function writeCursorFile(path: string, cursors: CursorsOnDisk): Promise<void> {
  await replaceFile(path, `${JSON.stringify({ version: 1, cursors })}\n`, 0o600);
}
