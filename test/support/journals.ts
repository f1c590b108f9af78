// A journal over a directory, its usual reader, and batches to put into it.
import { readdirSync } from "node:fs";
import { onTestFinished } from "vitest";
import type { Clock } from "../../src/kernel/clock.ts";
import type { Disk } from "../../src/kernel/disk.ts";
import type { Batch } from "../../src/metric/metric.ts";
import {
  type Journal,
  type JournalReader,
  journalConfig,
  openJournal,
} from "../../src/store/journal/index.ts";
import { testContext } from "./context.ts";

export const everything = { records: 60, bytes: 1e9 };

export function batchOf(host: string, value = 1, extra: Partial<Batch> = {}): Batch {
  const metrics = [{ name: "val1", tags: {}, value, timestampMs: 101_000 }];
  return { origin: "append", host, timestampMs: 101_000, metrics, ...extra };
}

export interface OpenedJournal {
  readonly journal: Journal;
  readonly pull: JournalReader;
  readonly context: ReturnType<typeof testContext>;
  readonly lost: (reason: string, reader?: string) => number;
}

export async function openJournalOfTest(
  directory: string,
  settings: object = {},
  given: { readonly clock?: Clock; readonly disk?: Disk } = {},
): Promise<OpenedJournal> {
  const context = { ...testContext(), ...given };
  const journal = await openJournal(journalConfig.parse(settings), { ...context, directory });
  onTestFinished(() => journal.stop());
  const pull = journal.reader("pull", ["programs", "append"]);
  const lost = (reason: string, reader = "pull") =>
    context.telemetry
      .samples()
      .filter(({ name, labels }) => name === "journal_lost_total" && labels["reason"] === reason)
      .filter(({ labels }) => labels["reader"] === reader)
      .reduce((sum, { value }) => sum + value, 0);
  return { journal, pull, context, lost };
}

export const metricsIn = (batches: readonly Batch[]) =>
  batches.reduce((sum, { metrics }) => sum + metrics.length, 0);
export const hosts = (batches: readonly Batch[]) => batches.map(({ host }) => host);
export const segmentsIn = (directory: string) =>
  readdirSync(directory).filter((name) => name.endsWith(".log"));

export async function drain(reader: JournalReader): Promise<Batch[]> {
  const all: Batch[] = [];
  for (;;) {
    const { batches } = await reader.drain(everything);
    if (batches.length === 0) return all;
    all.push(...batches);
  }
}

/** About 9 bytes on disk for each metric. */
export const bulky = (host: string) =>
  batchOf(host, 1, {
    metrics: Array.from({ length: 2000 }, (_, number) => ({
      name: `m${number}`,
      tags: {},
      value: Math.random(),
      timestampMs: 101_000,
    })),
  });
