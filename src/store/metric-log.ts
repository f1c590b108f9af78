// Handing metrics over to whoever asks for them: the one reader that takes all, and readers with a name and a receipt.
import { parsePositionToken, positionToken } from "../formats/journal/position.ts";
import type { Clock } from "../kernel/clock.ts";
import { AgentError } from "../kernel/errors.ts";
import type { Log } from "../kernel/log.ts";
import type { Batch, Origin } from "../metric/metric.ts";
import { type Follower, Followers } from "./followers.ts";
import type { Journal, JournalReader } from "./journal/index.ts";

export interface BufferStatus {
  /** Unix seconds of the arrival of the first and the last record; 0 when there is none. */
  readonly oldest: number;
  readonly newest: number;
  /** Records that have not been taken. */
  readonly length: number;
}

export interface MetricLog {
  drain(): Promise<readonly Batch[]>;
  /** What comes after the reader's place, or after `ack`. */
  follow(request: FollowRequest): Promise<{ batches: readonly Batch[]; next: string }>;
  status(): Promise<BufferStatus>;
}

export interface FollowRequest {
  readonly cursor: string;
  readonly ack: string | undefined;
  /** Whose reader it is. */
  readonly follower: Follower;
}

export interface MetricLogNeeds {
  readonly clock: Clock;
  readonly log: Log;
  readonly journal: Journal;
}

/** Records of one answer (contract happo §5.5), and bytes, so that it fits through a bastion. */
const limit = { records: 60, bytes: 8 * 1024 * 1024 };
const oneBatch = { records: 1, bytes: 1 };
const prefix = "pull/";

export function createMetricLog(
  { pull: origins }: { pull: readonly Origin[] },
  { clock, journal, log }: MetricLogNeeds,
): MetricLog {
  // Where nobody ever asks, nothing is lost.
  const pull = journal.reader("pull", origins, "once moved");
  const followers = new Followers(clock);
  for (const name of journal.readers) {
    if (!name.startsWith(prefix)) continue;
    journal.reader(name, origins);
    followers.remember(name.slice(prefix.length));
  }
  return {
    drain: async () => (await pull.drain(limit)).batches,
    async follow({ cursor, ack, follower }) {
      if (!journal.figures.isOpen)
        throw new AgentError("journal.full", { reason: journal.figures.paused ?? "it is not open" });
      const reader = await readerOf(cursor, follower);
      if (ack !== undefined) await acknowledge(reader, ack);
      const { batches, to } = await reader.read(limit);
      return { batches, next: positionToken(to) };
    },
    status: () => statusOf(journal, pull),
  };

  async function readerOf(cursor: string, follower: Follower): Promise<JournalReader> {
    const name = followers.fullName(follower, cursor);
    const leaving = followers.touch(follower, name);
    if (leaving !== undefined) {
      log.warning("a reader gave way to a newer one of its caller", { reader: leaving });
      await journal.forget(`${prefix}${leaving}`);
    }
    const full = `${prefix}${name}`;
    if (!journal.readers.includes(full)) await journal.register(full);
    return journal.reader(full, origins);
  }

  async function acknowledge(reader: JournalReader, ack: string): Promise<void> {
    const place = parsePositionToken(ack);
    const { end } = journal.figures;
    const beyond =
      place === undefined ||
      place.batch > end.batch ||
      place.record > end.record ||
      place.metric > end.metric;
    if (beyond) throw new AgentError("body.invalid", { reason: "ack: no mark that this agent gave" });
    await reader.advance(place);
  }
}

async function statusOf(journal: Journal, pull: JournalReader): Promise<BufferStatus> {
  const { end, newestMs = 0 } = journal.figures;
  const { batches, to } = await pull.read(oneBatch);
  const [oldest] = batches;
  if (oldest === undefined) return { oldest: 0, newest: 0, length: 0 };
  return {
    oldest: Math.floor(oldest.arrivedMs / 1000),
    newest: Math.floor(newestMs / 1000),
    length: Math.max(1, end.record - to.record + 1),
  };
}
