// Whether a file system still takes a file and gives it back (contract loda §6.6).
import { randomUUID } from "node:crypto";
import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CollectorNeeds } from "../collector.ts";
import { hangGuardOf } from "../collectors/disk-usage.ts";
import { lodaMounts, type Writability } from "./file-systems.ts";
import type { SamplesOf } from "./point.ts";

const prefix = ".loda-fs-detect-";

/**
 * Writes, reads back and deletes a small file in each mount of the FS type; a mount that is read-only is listed. One
 * after the other and never more than two without answer. Mounts that could not be asked are absent.
 */
export async function probeFileSystems(
  samples: SamplesOf,
  { host, clock }: Pick<CollectorNeeds, "host" | "clock">,
): Promise<Writability> {
  const guard = hangGuardOf(host, clock);
  const found = new Map<string, boolean>();
  for (const { mountPoint, readOnly, outcome } of lodaMounts(samples)) {
    if (outcome.state !== "answered") continue;
    const probe = readOnly ? isReadable : isWritable;
    const answer = await guard.ask(mountPoint, () => probe(mountPoint));
    if (answer.state !== "held") found.set(mountPoint, answer.state === "answered" && answer.value);
  }
  return found;
}

/**
 * Under a name that nobody knows beforehand, and only if there is no such file: in a place where everybody may write, a
 * known name would let others choose what is written over.
 */
async function isWritable(mountPoint: string): Promise<boolean> {
  const text = randomUUID();
  const file = join(mountPoint, `${prefix}${text}`);
  try {
    await writeFile(file, text, { flag: "wx", mode: 0o600 });
    return (await readFile(file, "utf8")) === text;
  } catch {
    return false;
  } finally {
    await rm(file, { force: true }).catch(() => {});
  }
}

async function isReadable(mountPoint: string): Promise<boolean> {
  try {
    await stat(mountPoint);
    await readdir(mountPoint);
    return true;
  } catch {
    return false;
  }
}
