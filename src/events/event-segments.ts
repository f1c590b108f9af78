// Events on disk: lines in files that are named by the number of their first event; the oldest file goes first.
import { constants } from "node:fs";
import { type FileHandle, readFile, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { AgentEvent } from "../event/index.ts";
import type { Disk } from "../kernel/disk.ts";
import { makeLastingDirectory } from "../kernel/lasting-directory.ts";
import { syncDirectory } from "../kernel/replace-file.ts";
import { foundSegments, type LostEvents, type Segment } from "./event-files.ts";
import { type EventLine, headLine, isHead, parseLine } from "./event-line.ts";

const filesAtLeast = 8;
/** What is read at once when somebody asks for what is no longer in memory. */
const longestBytes = 2 * 1024 * 1024;

export interface ReadEvents {
  /** In the order of their numbers. */
  readonly events: readonly AgentEvent[];
  /** Lines that could not be read. */
  readonly damaged: number;
}

export interface EventSegmentsNeeds {
  readonly disk: Disk;
  readonly limitBytes: number;
  readonly onLost: (lost: LostEvents) => void;
}

export class EventSegments {
  readonly #directory: string;
  readonly #disk: Disk;
  readonly #limitBytes: number;
  /** A file is full with so many. */
  readonly #segmentBytes: number;
  readonly #segments: Segment[];
  #file: FileHandle | undefined;
  /** Number of the last event that was written. */
  #last = 0;

  private constructor(directory: string, { disk, limitBytes }: EventSegmentsNeeds, segments: Segment[]) {
    this.#directory = directory;
    this.#disk = disk;
    this.#limitBytes = limitBytes;
    this.#segmentBytes = Math.min(longestBytes, limitBytes / filesAtLeast);
    this.#segments = segments;
  }

  /**
   * Makes the directory, cuts half a line off the end of the newest file, and tells of what is damaged. What is there then
   * is on disk for good: whoever wrote it may have ended before it was.
   */
  static async open(directory: string, needs: EventSegmentsNeeds): Promise<EventSegments> {
    await makeLastingDirectory(directory, needs.disk);
    const segments = await foundSegments(directory, needs.onLost);
    const newest = segments.at(-1);
    if (newest !== undefined) await settleEnd(newest, needs.disk);
    await syncDirectory(directory, needs.disk);
    return new EventSegments(directory, needs, segments);
  }

  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
  }

  /** What the newest file is named by; undefined where there is none. */
  get newestFirst(): number | undefined {
    return this.#segments.at(-1)?.first;
  }

  /** Number of the oldest event that is kept; undefined when there is none. */
  get oldest(): number | undefined {
    return this.#segments.find(({ bytes }) => bytes > 0)?.first;
  }

  /** Writes the lines, in their order. Rejects when the disk does not take them all; those before are there then. */
  async append(lines: readonly EventLine[]): Promise<void> {
    for (let from = 0; from < lines.length; ) {
      const segment = await this.#segmentFor(lines[from]?.seq ?? 0);
      let to = from + 1;
      // No file is much longer than another, however many come at once: room is made file by file.
      for (
        let bytes = segment.bytes + (lines[from]?.text.length ?? 0);
        to < lines.length && bytes < this.#segmentBytes;
        to += 1
      )
        bytes += lines[to]?.text.length ?? 0;
      const text = lines.slice(from, to).map((line) => line.text);
      await this.#write(segment, Buffer.from(text.join("")));
      this.#last = lines[to - 1]?.seq ?? this.#last;
      from = to;
    }
  }

  /** Resolves when all that was appended before is on disk for good. */
  async sync(): Promise<void> {
    await this.#file?.datasync();
  }

  /** Files from the newest to the oldest, one at a time: nobody waits for all of them at once. */
  async *backwards(): AsyncGenerator<ReadEvents> {
    for (const { path } of [...this.#segments].reverse()) yield await readSegment(path);
  }

  /** Files that may hold events after the number, oldest first. */
  async *after(sequence: number): AsyncGenerator<ReadEvents> {
    const all = [...this.#segments];
    for (const [place, { path }] of all.entries()) {
      const next = all[place + 1];
      if (next === undefined || next.first > sequence + 1) yield await readSegment(path);
    }
  }

  /** What was written before is gone on with under higher numbers. */
  goOnAfter(last: number): void {
    this.#last = last;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.datasync().catch(() => {});
    await file?.close().catch(() => {});
  }

  async #write(segment: Segment, bytes: Buffer): Promise<void> {
    const before = segment.bytes;
    try {
      await writeWhole(this.#file, bytes, before);
      segment.bytes = before + bytes.length;
    } catch (thrown) {
      // Half of it may be there: the next line begins where this one did.
      await this.#file?.truncate(before).catch(() => {});
      throw thrown;
    }
  }

  async #segmentFor(first: number): Promise<Segment> {
    const newest = this.#segments.at(-1);
    if (newest !== undefined && newest.bytes < this.#segmentBytes) {
      this.#file ??= await this.#disk.open(newest.path, constants.O_WRONLY);
      return newest;
    }
    // A later sync is of the next file alone. Until there is one, whoever asks for a sync is given this one's.
    await this.sync();
    const full = this.#file;
    const segment = await this.#begin(
      first,
      headLine({ after: this.#last, bytesBefore: newest?.bytes ?? 0 }),
    );
    this.#segments.push(segment);
    await full?.close().catch(() => {});
    await this.#makeRoom();
    return segment;
  }

  /** A new file, with its name on disk for good. On rejection there is none. */
  async #begin(first: number, head: string): Promise<Segment> {
    const path = join(this.#directory, `${String(first).padStart(15, "0")}.jsonl`);
    const file = await this.#disk.open(path, "w", 0o600);
    try {
      await writeWhole(file, Buffer.from(head), 0);
      await syncDirectory(this.#directory, this.#disk);
    } catch (thrown) {
      await file.close().catch(() => {});
      await rm(path, { force: true }).catch(() => {});
      throw thrown;
    }
    this.#file = file;
    return { path, first, bytes: head.length };
  }

  async #makeRoom(): Promise<void> {
    while (this.#segments.length > 1 && this.bytes > this.#limitBytes - this.#segmentBytes) {
      const oldest = this.#segments.shift();
      if (oldest !== undefined) await rm(oldest.path, { force: true });
    }
  }
}

/** A disk that is nearly full takes a part without an error: the next attempt then says why. */
async function writeWhole(file: FileHandle | undefined, bytes: Buffer, at: number): Promise<void> {
  for (let done = 0; file !== undefined && done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done);
    if (bytesWritten === 0) throw new Error("the disk takes no more");
    done += bytesWritten;
  }
}

/** Cuts half a line off and syncs what is left. */
async function settleEnd(segment: Segment, disk: Disk): Promise<void> {
  const bytes = await readFile(segment.path);
  segment.bytes = bytes.lastIndexOf(0x0a) + 1;
  if (segment.bytes < bytes.length) await truncate(segment.path, segment.bytes);
  const file = await disk.open(segment.path, "r");
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function readSegment(path: string): Promise<ReadEvents> {
  const events: AgentEvent[] = [];
  let damaged = 0;
  const text = await readFile(path, "utf8").catch(() => "");
  for (const line of text.split("\n")) {
    if (line === "") continue;
    const found = parseLine(line);
    if (found === undefined) damaged += 1;
    else if (!isHead(found)) events.push(found);
  }
  return { events, damaged };
}
