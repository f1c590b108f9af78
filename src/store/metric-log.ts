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

/** Records of one answer (contract happo §5.5), and metrics, so that an answer has a size. */
const limit = { records: 60, metrics: 100_000 };
const oneBatch = { records: 1, metrics: 1 };
const followersAtMost = 32;
const prefix = "pull/";

export function createMetricLog(
  { pull: origins, max_age: maxAgeMs }: { pull: readonly Origin[]; max_age: number },
  { clock, journal }: MetricLogNeeds,
): MetricLog {
  const pull = journal.reader("pull", origins);
  // Those that were there before the restart go on holding what they have not read.
  for (const name of journal.readers) if (name.startsWith(prefix)) journal.reader(name, origins);
  return {
    drain: async () => (await pull.drain(limit)).batches,
    async follow(name, ack) {
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
      const idle = known.filter((one) => clock.now() - journal.movedMs(one) > maxAgeMs);
      for (const one of idle) await journal.forget(one);
      if (known.length - idle.length >= followersAtMost)
        throw new AgentError("body.invalid", { reason: `cursor: there are ${followersAtMost} already` });
      await journal.register(full);
    }
    return journal.reader(full, origins);
  }

  async function acknowledge(reader: JournalReader, ack: string): Promise<void> {
    const place = parsePositionToken(ack);
    if (place === undefined || place.batch > journal.figures.end.batch)
      throw new AgentError("body.invalid", { reason: "ack: no mark that this agent gave" });
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
