// The files of events as they are found at a start: which are there, and what is missing of them.
import { open, readdir, rename, stat } from "node:fs/promises";
import { join } from "node:path";
import { type FileHead, isHead, parseLine } from "./event-line.ts";

export interface Segment {
  readonly path: string;
  /** Number of its first event. */
  readonly first: number;
  bytes: number;
}

/** A file of which a part or everything is gone. */
export interface LostEvents {
  readonly path: string;
  readonly reason: string;
}

const namePattern = /^(\d{15})\.jsonl$/;
const headBytes = 256;

/** In their order. What is no file is set aside under its name with a suffix. */
export async function foundSegments(
  directory: string,
  onLost: (lost: LostEvents) => void,
): Promise<Segment[]> {
  const names = (await readdir(directory)).filter((name) => namePattern.test(name)).sort();
  const segments: Segment[] = [];
  for (const name of names) {
    const path = join(directory, name);
    const stats = await stat(path);
    if (stats.isFile())
      segments.push({ path, first: Number(namePattern.exec(name)?.[1]), bytes: stats.size });
    else {
      const aside = `${path}.damaged-${Date.now()}`;
      await rename(path, aside);
      onLost({ path, reason: `it is no file; it was set aside as ${aside}` });
    }
  }
  for (const [place, segment] of segments.entries()) await tellOfLoss(segments[place - 1], segment, onLost);
  return segments;
}

/** What a file's head says of the one before it. */
async function tellOfLoss(
  before: Segment | undefined,
  segment: Segment,
  onLost: (lost: LostEvents) => void,
): Promise<void> {
  const head = await headOf(segment.path);
  if (head === undefined || before === undefined || head.bytesBefore === before.bytes) return;
  const reason = `${before.bytes} bytes are left of ${head.bytesBefore}, which held the events ${before.first} to ${head.after}`;
  onLost({ path: before.path, reason });
}

/** Undefined where the first line is damaged, or is an event of a time without heads. */
async function headOf(path: string): Promise<FileHead | undefined> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const [line = ""] = buffer.toString("utf8", 0, bytesRead).split("\n");
    const found = parseLine(line);
    return found !== undefined && isHead(found) ? found : undefined;
  } finally {
    await file.close();
  }
}
