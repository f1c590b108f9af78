// Walks the batches of the journal in order, over damage and from segment to segment. One for each reader.
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { emptyTexts, type ReadTexts, type StoredBatch } from "../../formats/journal/block.ts";
import { decodeFrame, type Frame, nextFrame } from "../../formats/journal/frame.ts";
import type { Position } from "../../formats/journal/position.ts";
import { AgentError, reasonOf, systemCode } from "../../kernel/errors.ts";
import { faultOfHead, readSegment, type Segment, segmentHead } from "./segment-file.ts";

export interface PlacedBatch {
  readonly batch: StoredBatch;
  /** Number of its record. */
  readonly record: number;
  /** The place behind it. */
  readonly next: Position;
}

export interface ScannerNeeds {
  /** Oldest first; changes while the journal lives. */
  readonly segments: () => readonly Segment[];
  /** Told of frames that cannot be read. */
  readonly onDamage: (path: string, place: number) => void;
}

export class SegmentScanner {
  readonly #needs: ScannerNeeds;
  #segment: Segment | undefined;
  #sought = 0;
  #texts: ReadTexts = emptyTexts();
  /** Bytes of the segment that have been walked. */
  #place = 0;
  /** Bytes that were read and not walked yet. */
  #ahead: Buffer = Buffer.alloc(0);

  constructor(needs: ScannerNeeds) {
    this.#needs = needs;
  }

  /** Goes to the beginning of the segment in which the batch lies, or of the oldest one. */
  seek(batch: number): void {
    this.#sought = batch;
    const segments = this.#needs.segments();
    const before = segments.filter(({ firstBatch }) => firstBatch <= batch);
    this.#enter(before.at(-1) ?? segments[0]);
  }

  /** The batches of the next sound frame; undefined at the journal's end. */
  async next(): Promise<PlacedBatch[] | undefined> {
    // The journal may have been empty when this place was sought.
    if (this.#segment === undefined) this.seek(this.#sought);
    for (let frame = await this.#nextFrame(); frame !== undefined; frame = await this.#nextFrame()) {
      const batches = this.#decode(frame);
      if (batches !== undefined) return placed(batches, frame);
    }
    return undefined;
  }

  /** The next sound frame of this segment or of those behind it. */
  async #nextFrame(): Promise<Frame | undefined> {
    while (this.#segment !== undefined) {
      const frame = await this.#nextFrameOf(this.#segment);
      if (frame !== undefined || !this.#toNextSegment()) return frame;
    }
    return undefined;
  }

  #enter(segment: Segment | undefined): void {
    this.#segment = segment;
    this.#texts = emptyTexts();
    this.#place = 0;
    this.#ahead = Buffer.alloc(0);
  }

  #toNextSegment(): boolean {
    const current = this.#segment;
    const next = this.#needs.segments().find(({ firstBatch }) => firstBatch > (current?.firstBatch ?? -1));
    if (next === undefined) return false;
    this.#enter(next);
    return true;
  }

  async #nextFrameOf({ firstBatch }: Segment): Promise<Frame | undefined> {
    // The journal may have been opened anew, its segments described by other objects.
    const segment = this.#described(firstBatch);
    if (segment === undefined) return undefined;
    const readTo = this.#place + this.#ahead.length;
    if (segment.sizeBytes > readTo && this.#ahead.length === 0) await this.#readMore(segment);
    const found = nextFrame(this.#ahead, 0);
    const skipped = found?.place ?? this.#ahead.length;
    if (skipped > 0) this.#needs.onDamage(segment.path, this.#place);
    this.#consume(skipped + (found?.frame.sizeBytes ?? 0));
    return found?.frame;
  }

  async #readMore(segment: Segment): Promise<void> {
    const fresh = await this.#read(segment);
    if (this.#place > 0 || fresh.length === 0) {
      this.#ahead = fresh;
      return;
    }
    this.#ahead = fresh;
    const fault = faultOfHead(fresh);
    if (fault === "newer") {
      this.#needs.onDamage(segment.path, 0);
      this.#consume(fresh.length);
    }
    // A head that is damaged leaves the frames behind it to be found by their own marks.
    if (fault === undefined) this.#consume(segmentHead.length);
  }

  /**
   * A segment that was dropped while it was read is at its end; so is one whose file somebody removed. What cannot be
   * read for now is not skipped.
   */
  async #read(segment: Segment): Promise<Buffer> {
    try {
      return await readSegment(segment, this.#place);
    } catch (thrown) {
      if (this.#described(segment.firstBatch) === undefined) return Buffer.alloc(0);
      // With the directory all may be gone, and come back with it: that is for who writes there to find out.
      if (systemCode(thrown) === "ENOENT" && existsSync(dirname(segment.path))) {
        this.#needs.onDamage(segment.path, this.#place);
        return Buffer.alloc(0);
      }
      throw new AgentError("journal.failed", { path: segment.path, reason: reasonOf(thrown), cause: thrown });
    }
  }

  #described(firstBatch: number): Segment | undefined {
    return this.#needs.segments().find((segment) => segment.firstBatch === firstBatch);
  }

  #consume(count: number): void {
    this.#place += count;
    this.#ahead = this.#ahead.subarray(count);
  }

  #decode(frame: Frame): StoredBatch[] | undefined {
    try {
      return decodeFrame(frame, this.#texts);
    } catch {
      this.#needs.onDamage(this.#segment?.path ?? "", this.#place - frame.sizeBytes);
      return undefined;
    }
  }
}

function placed(batches: readonly StoredBatch[], { first }: Frame): PlacedBatch[] {
  let { batch: number, record, metric } = first;
  let second: number | undefined;
  return batches.map((batch) => {
    const arrived = Math.floor(batch.arrivedMs / 1000);
    if (second !== undefined && arrived !== second) record += 1;
    second = arrived;
    number += 1;
    metric += batch.metrics.length;
    return { batch, record, next: { batch: number, record: record + 1, metric } };
  });
}
