// Handing metrics over to whoever asks for them: the one reader that takes all, and readers with a name and a receipt.
import { parsePositionToken, positionToken } from "../formats/journal/position.ts";
import type { Clock } from "../kernel/clock.ts";
import { AgentError } from "../kernel/errors.ts";
import type { Batch, Origin } from "../metric/metric.ts";
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
  follow(reader: string, ack: string | undefined): Promise<{ batches: readonly Batch[]; next: string }>;
  status(): Promise<BufferStatus>;
}

export interface MetricLogNeeds {
  readonly clock: Clock;
  readonly journal: Journal;
}

/** Records of one answer (contract happo §5.5), and bytes, so that it fits through a bastion. */
const limit = { records: 60, bytes: 8 * 1024 * 1024 };
const oneBatch = { records: 1, bytes: 1 };
const followersAtMost = 32;
const prefix = "pull/";

export function createMetricLog(
  { pull: origins, max_age: maxAgeMs }: { pull: readonly Origin[]; max_age: number },
  { clock, journal }: MetricLogNeeds,
): MetricLog {
  // Where nobody ever asks, nothing is lost.
  const pull = journal.reader("pull", origins, "once moved");
  for (const name of journal.readers) if (name.startsWith(prefix)) journal.reader(name, origins);
  /** When a follower was last here, on the monotonic clock. */
  const seenMs = new Map<string, number>();
  const startedMs = clock.monotonicMs();
  return {
    drain: async () => (await pull.drain(limit)).batches,
    async follow(name, ack) {
      if (!journal.figures.isOpen)
        throw new AgentError("journal.full", { reason: journal.figures.paused ?? "it is not open" });
      const reader = await followerOf(name);
      if (ack !== undefined) await acknowledge(reader, ack);
      const { batches, to } = await reader.read(limit);
      return { batches, next: positionToken(to) };
    },
    status: () => statusOf(journal, pull),
  };

  async function followerOf(name: string): Promise<JournalReader> {
    const full = `${prefix}${name}`;
    const known = journal.readers.filter((one) => one.startsWith(prefix));
    if (!known.includes(full)) {
      if (known.length >= followersAtMost) await makeRoom(known);
      await journal.register(full);
    }
    seenMs.set(full, clock.monotonicMs());
    return journal.reader(full, origins);
  }

  /** Those that have not been here for as long as metrics are kept have nothing left to lose. */
  async function makeRoom(known: readonly string[]): Promise<void> {
    const nowMs = clock.monotonicMs();
    const gone = known.filter((one) => nowMs - (seenMs.get(one) ?? startedMs) > maxAgeMs);
    if (gone.length === 0)
      throw new AgentError("body.invalid", { reason: `cursor: there are ${followersAtMost} already` });
    for (const one of gone) {
      seenMs.delete(one);
      await journal.forget(one);
    }
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
