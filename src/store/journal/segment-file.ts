// The journal's files: one directory, each file a segment named by the number of its first batch.
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Position } from "../../formats/journal/position.ts";
import type { Disk } from "../../kernel/disk.ts";
import { makeLastingDirectory } from "../../kernel/lasting-directory.ts";
import { syncDirectory } from "../../kernel/replace-file.ts";
import type { Origin } from "../../metric/metric.ts";

const signature = Buffer.from("YAGURA-J");
/** Layout of the frames. A higher number in a file is a newer program's. */
const version = 1;
/** What stands before the first frame. */
export const segmentHead = Buffer.concat([signature, Buffer.from([version, 0, 0, 0, 0, 0, 0, 0])]);

export interface Segment {
  /** Batches before the first one in here. */
  readonly firstBatch: number;
  readonly path: string;
  /** Place of the first batch; undefined until somebody has looked. */
  first?: Position | undefined;
  /** Bytes that are on disk for good. */
  sizeBytes: number;
  /** Arrival of the newest batch, in milliseconds since 1970. */
  newestMs: number;
  /** Where the metrics in it came from; undefined until somebody has looked. */
  origins?: Set<Origin> | undefined;
  /** True when a part of it could not be read by who looked. */
  isDamaged?: boolean;
}

/**
 * The segments of a directory, oldest first; the directory is made when it is missing. `onNoFile` takes away what has the
 * name of one and is no file.
 */
export async function findSegments(
  directory: string,
  disk: Disk,
  onNoFile: (segment: Segment) => Promise<void>,
): Promise<Segment[]> {
  await makeLastingDirectory(directory, disk);
  // A process before this one may have ended before the names that it made were on disk.
  await syncDirectory(directory, disk);
  const names = (await readdir(directory)).filter((name) => /^\d{16}\.log$/.test(name)).sort();
  const segments: Segment[] = [];
  for (const name of names) {
    const path = join(directory, name);
    const stats = await stat(path);
    const firstBatch = Number(name.slice(0, 16));
    const segment = { firstBatch, path, sizeBytes: stats.size, newestMs: stats.mtimeMs };
    if (stats.isFile()) segments.push(segment);
    else await onNoFile(segment);
  }
  return segments;
}

export function segmentPath(directory: string, firstBatch: number): string {
  return join(directory, `${String(firstBatch).padStart(16, "0")}.log`);
}

/** Bytes of a segment from `place` up to what is on disk for good, or `limitBytes` of them. */
export async function readSegment(
  { path, sizeBytes }: Segment,
  place: number,
  limitBytes = Number.POSITIVE_INFINITY,
): Promise<Buffer> {
  const file = await open(path, "r");
  try {
    const bytes = Buffer.alloc(Math.min(limitBytes, Math.max(0, sizeBytes - place)));
    let filled = 0;
    while (filled < bytes.length) {
      const { bytesRead } = await file.read(bytes, filled, bytes.length - filled, place + filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return bytes.subarray(0, filled);
  } finally {
    await file.close();
  }
}

export type HeadFault = "damaged" | "newer";

/** What is wrong with a segment's first bytes; undefined when nothing is. */
export function faultOfHead(bytes: Buffer): HeadFault | undefined {
  if (bytes.length < segmentHead.length || !bytes.subarray(0, signature.length).equals(signature))
    return "damaged";
  return (bytes[signature.length] ?? 0) > version ? "newer" : undefined;
}

/** Keeps a file that cannot be read for a person to look at. Returns its new path. */
export async function setAside({ path }: Segment, why: HeadFault): Promise<string> {
  const aside = `${path}.${why}`;
  await rename(path, aside);
  return aside;
}

export async function removeSegment({ path }: Segment): Promise<void> {
  await rm(path, { force: true });
}
