// Brings heads to disk: their logs at every flush, a block at the end of their span, and back at the next start.
import { readFile, rename, rm, truncate } from "node:fs/promises";
import { dirname } from "node:path";
import { encodeChunk } from "../../formats/chunk/chunk.ts";
import type { Clock } from "../../kernel/clock.ts";
import type { Disk } from "../../kernel/disk.ts";
import { reasonOf } from "../../kernel/errors.ts";
import type { Log } from "../../kernel/log.ts";
import { syncDirectory } from "../../kernel/replace-file.ts";
import { BlockWriter, temporaryEnd, writeAll } from "./block-writer.ts";
import type { Head } from "./head.ts";
import { logBytes, replay } from "./head-log.ts";
import type { Heads } from "./heads.ts";
import { placeOf, removeQuietly, type Shelf } from "./shelf.ts";
import type { Slices } from "./slices.ts";

interface HeadKeeperNeeds {
  readonly clock: Clock;
  readonly log: Log;
  readonly heads: Heads;
  readonly shelf: Shelf;
  readonly slices: Slices;
  /** For the logs, which are written to the last even when the agent stops. */
  readonly logSlices: Slices;
}

export interface HeadKeeper {
  /** Takes in the logs among these names of the shelf's directory. A bad one is set aside. */
  restore(names: readonly string[]): Promise<void>;
  /** Writes what the logs lack. Rejects when a log cannot be written; the next call tries again. */
  flush(): Promise<void>;
  /** Makes blocks of the heads that ended. Rejects when one cannot be written; its head stays. */
  seal(settledMs: number): Promise<void>;
}

export function createHeadKeeper(needs: HeadKeeperNeeds): HeadKeeper {
  const { heads } = needs;
  let last: Promise<void> = Promise.resolve();
  /** One log at a time: two writers would write to the same place. */
  const inTurn = (work: () => Promise<void>) => {
    const turn = last.then(work);
    last = turn.catch(() => undefined);
    return turn;
  };
  return {
    async restore(names) {
      for (const name of [...names].sort()) await restoreLog(name, needs);
    },
    flush: () =>
      inTurn(async () => {
        for (const head of [...heads.all]) await flushHead(head, needs);
      }),
    async seal(settledMs) {
      for (const head of heads.takeEnded(settledMs)) {
        await inTurn(() => flushHead(head, needs));
        await sealHead(head, needs);
        await inTurn(() => removeQuietly(logOf(head, needs.shelf)));
      }
    },
  };
}

async function restoreLog(name: string, needs: HeadKeeperNeeds): Promise<void> {
  const { shelf, heads, log } = needs;
  const place = placeOf(name);
  if (place?.end !== "head") return;
  const path = shelf.pathOf(place.startMs, place.part, "head");
  // The block was finished, the log not removed yet.
  if (shelf.blocks.some(({ startMs, part }) => startMs === place.startMs && part === place.part)) {
    await removeQuietly(path);
    return;
  }
  const head = heads.newHead(place.startMs);
  head.part = place.part;
  try {
    const bytes = await readFile(path);
    const { end, soundBytes } = replay(bytes, head);
    if (end === "newer") {
      log.warning("a newer program wrote this file of the history", { path });
      return;
    }
    head.needsWholeLog = end === "damaged" || soundBytes === 0;
    if (end === "damaged") await shelf.setAside(path, `only its first ${soundBytes} bytes are sound`);
    if (end === "torn") await cutTail(path, { soundBytes, bytes: bytes.length }, log);
  } catch (thrown) {
    log.error("a log of the history cannot be read", { path, reason: reasonOf(thrown) });
    head.needsWholeLog = true;
  }
  if (head.seriesCount > 0) heads.adopt(head);
}

async function cutTail(path: string, facts: { soundBytes: number; bytes: number }, log: Log): Promise<void> {
  log.warning("the end of a log of the history was torn and is cut", { path, ...facts });
  await (facts.soundBytes === 0 ? rm(path, { force: true }) : truncate(path, facts.soundBytes));
}

function logOf(head: Head, shelf: Shelf): string {
  head.part ??= shelf.takePart(head.startMs);
  return shelf.pathOf(head.startMs, head.part, "head");
}

async function flushHead(head: Head, { heads, shelf, logSlices }: HeadKeeperNeeds): Promise<void> {
  // It may have become a block while others were written.
  if (!heads.all.includes(head)) return;
  const path = logOf(head, shelf);
  const whole = head.needsWholeLog;
  const bytes = await logBytes(head, whole, logSlices);
  if (bytes.length === 0) return;
  head.needsWholeLog = true;
  await (whole ? writeWhole(path, bytes, shelf.disk) : append(path, bytes, shelf.disk));
  head.needsWholeLog = false;
}

async function writeWhole(path: string, bytes: Buffer, disk: Disk): Promise<void> {
  const file = await disk.open(path + temporaryEnd, "w", 0o600);
  try {
    await writeAll(file, bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(path + temporaryEnd, path);
  await syncDirectory(dirname(path), disk);
}

async function append(path: string, bytes: Buffer, disk: Disk): Promise<void> {
  // Not "a": a log that somebody removed must not begin in the middle.
  const file = await disk.open(path, "r+");
  try {
    const { size } = await file.stat();
    await writeAll(file, bytes, size);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function sealHead(head: Head, { shelf, heads, slices }: HeadKeeperNeeds): Promise<void> {
  head.part ??= shelf.takePart(head.startMs);
  const { part } = head;
  const path = shelf.pathOf(head.startMs, part, "block");
  const { everyMs, spanMs } = shelf.resolution;
  const span = { columns: 1, everyMs, spanMs, startMs: head.startMs, sources: [] };
  const writer = await BlockWriter.create(path, span, shelf.disk);
  try {
    for (const key of [...head.keys()].sort()) {
      const points = head.pointsOf(key);
      if (points !== undefined) await writer.add(key, encodeChunk(points), points.slots.length);
      await slices.pause();
    }
    await writer.finish();
    await shelf.add(path, part);
  } catch (thrown) {
    await writer.abandon();
    throw thrown;
  }
  heads.remove(head);
}
