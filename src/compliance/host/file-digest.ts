// Digests of regular files, kept until the file changes.
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { BoundedMap } from "../../kernel/bounded-map.ts";
import { cannot } from "../running/turn.ts";

export const digestNames = ["md5", "sha1", "sha256"] as const;
export type DigestName = (typeof digestNames)[number];

/** Wanted digests by name, in lower case. */
export type WantedDigests = Partial<Record<DigestName, string | undefined>>;

export interface Digests {
  /** Changes whenever the file does. */
  readonly stamp: string;
  readonly known: ReadonlyMap<DigestName, string>;
}

export interface DigestRequest {
  /** Where it is opened. */
  readonly path: string;
  /** What it is remembered by. */
  readonly key: string;
  readonly names: readonly DigestName[];
  readonly signal: AbortSignal;
}

/** Undefined: there is no such file. Rejects where there is something else, a link among them. */
export async function digestsOf(
  { path, key, names, signal }: DigestRequest,
  kept: BoundedMap<string, Digests>,
): Promise<ReadonlyMap<DigestName, string> | undefined> {
  const file = await openUnlinked(path);
  if (file === undefined) return undefined;
  try {
    const { size, mtimeMs, ctimeMs, ino, dev } = await file.stat();
    const stamp = [size, mtimeMs, ctimeMs, ino, dev, ...names].join(":");
    const before = kept.get(key);
    if (before?.stamp === stamp) return before.known;
    const known = await digest(file, names, signal);
    kept.set(key, { stamp, known });
    return known;
  } finally {
    await file.close();
  }
}

/** Opens a regular file, and no link to one; undefined where there is nothing. */
async function openUnlinked(path: string): Promise<FileHandle | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (thrown: NodeJS.ErrnoException) => {
      if (thrown.code === "ENOENT") return undefined;
      throw thrown.code === "ELOOP"
        ? cannot("a link stands in its place; it is not followed", thrown)
        : thrown;
    },
  );
  if (file === undefined || (await file.stat()).isFile()) return file;
  await file.close();
  throw cannot("something that is no file stands in its place");
}

async function digest(
  file: FileHandle,
  names: readonly DigestName[],
  signal: AbortSignal,
): Promise<ReadonlyMap<DigestName, string>> {
  const hashes = names.map((name) => ({ name, hash: createHash(name) }));
  const chunk = Buffer.allocUnsafe(256 * 1024);
  while (names.length > 0) {
    signal.throwIfAborted();
    const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
    if (bytesRead === 0) break;
    for (const { hash } of hashes) hash.update(chunk.subarray(0, bytesRead));
  }
  return new Map(hashes.map(({ name, hash }) => [name, hash.digest("hex")]));
}

/** The first digest that is not the wanted one, as a sentence; undefined: all are. */
export function mismatch(wanted: WantedDigests, found: ReadonlyMap<DigestName, string>): string | undefined {
  for (const name of digestNames) {
    const digestWanted = wanted[name];
    const digestFound = found.get(name) ?? "none";
    if (digestWanted !== undefined && digestWanted !== digestFound)
      return `its ${name} is ${digestFound}, and ${digestWanted} is wanted`;
  }
  return undefined;
}
