// What a segment holds, found out when the agent starts: where it ends, and what the next batch's place is.
import { truncate } from "node:fs/promises";
import { emptyTexts, WrittenTexts } from "../../formats/journal/block.ts";
import { decodeTexts, type Frame, nextFrame } from "../../formats/journal/frame.ts";
import type { Position } from "../../formats/journal/position.ts";
import { faultOfHead, type HeadFault, readSegment, type Segment, segmentHead } from "./segment-file.ts";

export interface SegmentEnd {
  /** Place of the batch that comes next; its counts are 0 where there is no frame. */
  readonly next: Position;
  /** Arrival of the newest batch, milliseconds since 1970; undefined when there is none. */
  readonly newestMs: number | undefined;
  /** The segment's names, when more can be written to it. */
  readonly texts: WrittenTexts | undefined;
  /** Bytes cut off: the rest of a write that a crash interrupted. */
  readonly cutBytes: number;
}

/** Reads the newest segment. A torn end is cut off; what is damaged in the middle stays for readers to skip. */
export async function findEnd(segment: Segment): Promise<SegmentEnd | HeadFault> {
  const bytes = await readSegment(segment, 0);
  const fault = faultOfHead(bytes);
  // Frames have marks of their own: only the file that has none is lost with its head.
  if (fault === "newer" || (fault === "damaged" && nextFrame(bytes, 0) === undefined)) return fault;
  const found = walk(bytes, fault === undefined ? segmentHead.length : 0);
  const cutBytes = bytes.length - found.end;
  if (cutBytes > 0) {
    await truncate(segment.path, found.end);
    segment.sizeBytes = found.end;
  }
  return { ...endOf(found.frames, segment.firstBatch), texts: found.texts, cutBytes };
}

/** A segment that is larger is not gone on with: finding its names would cost more than a new one. */
const goOnBelowBytes = 256 * 1024;

interface Walk {
  readonly frames: Frame[];
  /** Place after the last sound frame. */
  readonly end: number;
  /** Undefined when frames or names are missing in the middle, or there are many. */
  readonly texts: WrittenTexts | undefined;
}

function walk(bytes: Buffer, start: number): Walk {
  const frames: Frame[] = [];
  let end = start;
  let whole = start > 0;
  for (let found = nextFrame(bytes, end); found !== undefined; found = nextFrame(bytes, end)) {
    whole &&= found.place === end;
    frames.push(found.frame);
    end = found.place + found.frame.sizeBytes;
  }
  const texts = whole && bytes.length <= goOnBelowBytes ? textsOf(frames) : undefined;
  return { frames, end, texts };
}

function textsOf(frames: readonly Frame[]): WrittenTexts | undefined {
  const read = emptyTexts();
  try {
    for (const frame of frames) decodeTexts(frame, read);
  } catch {
    return undefined;
  }
  return WrittenTexts.from(read.map((known) => known?.text ?? ""));
}

function endOf(frames: readonly Frame[], firstBatch: number): Pick<SegmentEnd, "next" | "newestMs"> {
  const last = frames.at(-1);
  if (last === undefined) return { next: { batch: firstBatch, record: 0, metric: 0 }, newestMs: undefined };
  const { first, batches, records, metrics, newestMs } = last;
  return {
    next: { batch: first.batch + batches, record: first.record + records, metric: first.metric + metrics },
    newestMs,
  };
}
