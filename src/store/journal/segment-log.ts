// The segments on disk: opened over whatever a crash left, written at the end, dropped at the beginning.
import type { StoredBatch } from "../../formats/journal/block.ts";
import { encodeFrame, firstPlace, frameHeadBytes, frameLimitBytes } from "../../formats/journal/frame.ts";
import { origin, type Position } from "../../formats/journal/position.ts";
import type { Disk } from "../../kernel/disk.ts";
import { AgentError, reasonOf } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import type { Origin } from "../../metric/metric.ts";
import { findEnd, type SegmentEnd } from "./segment-end.ts";
import {
  findSegments,
  type HeadFault,
  readSegment,
  removeSegment,
  type Segment,
  segmentHead,
  segmentPath,
  setAside,
} from "./segment-file.ts";
import { SegmentWriter } from "./segment-writer.ts";

const segmentsInAll = 16;
const smallestSegmentBytes = 64 * 1024;
/** Names are written once in a segment; damage to one costs at most this much. */
const largestSegmentBytes = 1024 * 1024;

type DropReason = "age" | "size" | "read";

export interface SegmentLogNeeds {
  readonly disk: Disk;
  readonly directory: string;
  readonly log: Log;
  /** Highest place that a reader has reached: numbers below it are never given out again. */
  readonly highest: () => Position;
  /** Called before a segment goes, with the place behind it; the segment goes when it has resolved. */
  readonly onDrop: (segment: Segment, behind: Position, reason: DropReason) => Promise<void>;
}

export class SegmentLog {
  readonly #needs: SegmentLogNeeds;
  readonly #maxBytes: number;
  readonly #segmentBytes: number;
  #segments: Segment[] = [];
  #writer: SegmentWriter | undefined;
  /** Counts of all that was ever written. */
  #end: Position = origin;
  #newestMs: number | undefined;

  constructor(maxBytes: number, needs: SegmentLogNeeds) {
    this.#needs = needs;
    this.#maxBytes = maxBytes;
    const share = Math.floor(maxBytes / segmentsInAll);
    this.#segmentBytes = Math.min(Math.max(share, smallestSegmentBytes), largestSegmentBytes);
  }

  /** Oldest first. */
  get segments(): readonly Segment[] {
    return this.#segments;
  }

  /** The place of the next batch. */
  get end(): Position {
    return this.#end;
  }

  /** Arrival of the newest batch, milliseconds since 1970. */
  get newestMs(): number | undefined {
    return this.#newestMs;
  }

  get sizeBytes(): number {
    return this.#segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  /** Finds the end of what is there. Rejects when the directory cannot be used; it may be tried again. */
  async open(): Promise<void> {
    const { directory, disk } = this.#needs;
    const segments = await findSegments(directory, disk, async (segment) => {
      await this.#setAside(segment, "damaged");
      this.#least = Math.max(this.#least, segment.firstBatch + 1);
    });
    const found = await this.#findEnd(segments);
    this.#segments = segments;
    // Numbers of this life go on, too, when the files were taken away meanwhile.
    const least = { ...origin, batch: this.#least };
    const behind = [found?.next ?? origin, this.#needs.highest(), least, this.#end];
    this.#end = {
      batch: Math.max(...behind.map(({ batch }) => batch)),
      record: Math.max(...behind.map(({ record }) => record)),
      metric: Math.max(...behind.map(({ metric }) => metric)),
    };
    this.#newestMs = found?.newestMs ?? this.#newestMs;
    await this.#writer?.close().catch(() => {});
    const last = segments.at(-1);
    const goesOn = found?.texts !== undefined && found.next.batch === this.#end.batch;
    this.#writer =
      last !== undefined && goesOn ? new SegmentWriter(last, { disk, texts: found.texts }) : undefined;
  }

  /** The place of the oldest batch. */
  async start(): Promise<Position> {
    const [oldest] = this.#segments;
    return oldest === undefined ? this.#end : await this.#firstPlace(oldest, origin);
  }

  /** Numbers below this were in segments that could not be read. */
  #least = 0;

  async #findEnd(segments: Segment[]): Promise<SegmentEnd | undefined> {
    for (let last = segments.at(-1); last !== undefined; last = segments.at(-1)) {
      const found = await findEnd(last);
      if (typeof found !== "string") {
        if (found.cutBytes > 0)
          this.#needs.log.warning("cut off what a crash left half written", {
            path: last.path,
            bytes: found.cutBytes,
          });
        return await withCounts(found, segments);
      }
      await this.#setAside(last, found);
      segments.pop();
      this.#least = Math.max(this.#least, last.firstBatch + 1);
    }
    return undefined;
  }

  async #setAside(segment: Segment, fault: HeadFault): Promise<void> {
    const path = await setAside(segment, fault);
    const why = fault === "newer" ? "was written by a newer version" : "is damaged";
    this.#needs.log.error(`a segment of the journal ${why}; it was set aside`, { path });
  }

  /** Resolves when the batches are on disk for good. */
  async write(batches: readonly StoredBatch[]): Promise<void> {
    const { first, records } = this.#place(batches);
    const writer = await this.#writerFor(first);
    const known = writer.texts.size;
    const frame = encodeFrame(batches, { first, records }, writer.texts);
    if (frame.length > this.#maxBytes / 2 || frame.length > frameLimitBytes) {
      writer.texts.forgetFrom(known);
      throw new AgentError("journal.too-large", { sizeBytes: frame.length, limitBytes: this.#maxBytes });
    }
    try {
      await this.#makeRoom(frame.length + segmentHead.length);
      await writer.append(frame);
    } catch (thrown) {
      // Names may have been numbered that are not on disk: the segment is not written to again.
      this.#writer = undefined;
      await writer.close().catch(() => {});
      throw thrown;
    }
    if (!this.#segments.includes(writer.segment)) this.#segments.push(writer.segment);
    for (const { origin: from } of batches) writer.segment.origins?.add(from);
    writer.segment.newestMs = batches.at(-1)?.arrivedMs ?? 0;
    this.#newestMs = writer.segment.newestMs;
    this.#end = {
      batch: first.batch + batches.length,
      record: first.record + records,
      metric: first.metric + batches.reduce((sum, { metrics }) => sum + metrics.length, 0),
    };
  }

  /** Batches of the second in which the last one came belong to its record. */
  #place(batches: readonly StoredBatch[]): { first: Position; records: number } {
    const second = (ms: number | undefined) => (ms === undefined ? undefined : Math.floor(ms / 1000));
    let previous = second(batches[0]?.arrivedMs);
    const joins = previous !== undefined && previous === second(this.#newestMs);
    const first = joins ? { ...this.#end, record: this.#end.record - 1 } : this.#end;
    let records = 1;
    for (const { arrivedMs } of batches) {
      if (second(arrivedMs) !== previous) records += 1;
      previous = second(arrivedMs);
    }
    return { first, records };
  }

  /** A segment is one of the journal's only when its first frame is on disk. */
  async #writerFor(first: Position): Promise<SegmentWriter> {
    const current = this.#writer;
    const hasRoom = current !== undefined && current.segment.sizeBytes < this.#segmentBytes;
    // What is written to a file that was removed can never be read.
    if (hasRoom && !(await current.isGone())) return current;
    await current?.close();
    const path = segmentPath(this.#needs.directory, first.batch);
    const origins = new Set<Origin>();
    const fresh = { firstBatch: first.batch, first, path, sizeBytes: 0, newestMs: 0, origins };
    this.#writer = new SegmentWriter(fresh, { disk: this.#needs.disk });
    return this.#writer;
  }

  async #makeRoom(bytes: number): Promise<void> {
    while (this.sizeBytes + bytes > this.#maxBytes && this.#segments[0] !== this.#writer?.segment)
      if (!(await this.#drop("size"))) return;
  }

  /** Drops segments whose newest batch came before the second. */
  async dropOlderThan(second: number): Promise<void> {
    while (this.#segments.length > 1 && Math.floor((this.#segments[0]?.newestMs ?? 0) / 1000) < second)
      await this.#drop("age");
  }

  /** Drops the oldest segments as long as nobody needs them; the newest one stays. */
  async dropDone(isDone: (segment: Segment, behindBatch: number) => Promise<boolean>): Promise<void> {
    for (;;) {
      const [oldest, next] = this.#segments;
      if (oldest === undefined || next === undefined || !(await isDone(oldest, next.firstBatch))) return;
      await this.#drop("read");
    }
  }

  /** False when there is none. */
  async #drop(reason: DropReason): Promise<boolean> {
    const [oldest, next] = this.#segments;
    if (oldest === undefined) return false;
    const start = await this.#firstPlace(oldest, origin);
    const behind = next === undefined ? this.#end : await this.#firstPlace(next, start);
    await this.#needs.onDrop(oldest, behind, reason);
    this.#segments.shift();
    await removeSegment(oldest);
    return true;
  }

  /** `before` is a place that lies before it: its counts are taken where the segment's own cannot be read. */
  async #firstPlace(segment: Segment, before: Position): Promise<Position> {
    try {
      segment.first ??= firstPlace(await readSegment(segment, segmentHead.length, frameHeadBytes));
    } catch (thrown) {
      this.#needs.log.warning("a segment of the journal cannot be read", { reason: reasonOf(thrown) });
    }
    return segment.first ?? { ...before, batch: segment.firstBatch };
  }

  async close(): Promise<void> {
    await this.#writer?.close();
    this.#writer = undefined;
  }
}

/** A segment without a frame knows no counts: those of the one before go on. */
async function withCounts(found: SegmentEnd, segments: readonly Segment[]): Promise<SegmentEnd> {
  const before = segments.at(-2);
  if (found.newestMs !== undefined || before === undefined) return found;
  const earlier = await findEnd(before);
  if (typeof earlier === "string") return found;
  return { ...found, next: { ...earlier.next, batch: found.next.batch }, newestMs: earlier.newestMs };
}
