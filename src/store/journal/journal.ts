// The one durable log of metrics: many writers, many readers, bounded by bytes and age, and a reason for every loss.
import type { Position } from "../../formats/journal/position.ts";
import type { Timer } from "../../kernel/clock.ts";
import { AgentError, reasonOf, systemCode } from "../../kernel/errors.ts";
import type { Context, Running } from "../../kernel/module.ts";
import { createSettledTime } from "../../kernel/settled-time.ts";
import type { Batch, Origin } from "../../metric/metric.ts";
import { AppendQueue, type Entry, entryOf } from "./append-queue.ts";
import type { JournalConfig } from "./config.ts";
import { Cursors } from "./cursors.ts";
import { DiskGuard } from "./disk-guard.ts";
import { JournalReader } from "./journal-reader.ts";
import { Losses } from "./losses.ts";
import { SegmentLog } from "./segment-log.ts";

export interface JournalNeeds extends Omit<Context, "signal"> {
  readonly directory: string;
}

export interface Journal extends Running {
  /**
   * Resolves when the batches are on disk for good: all of them or, on rejection (`journal.full`, `journal.too-large`, `journal.failed`),
   * none. Batches that no reader wants are not kept.
   */
  append(batches: readonly Batch[]): Promise<void>;
  /** Keeps batches that came together within the next second. What cannot be kept is counted. */
  offer(batches: readonly Batch[]): void;
  /** The same reader for the same name. A new one begins at the oldest batch. */
  reader(name: string, origins: readonly Origin[]): JournalReader;
  /** Writes a new reader's place down, at the oldest batch, so that what comes from now on is kept for it. */
  register(name: string): Promise<void>;
  /** Takes a reader's place away; it holds back nothing any more. */
  forget(name: string): Promise<void>;
  /** Names of all readers that have a place, also of those that nobody has asked for since the start. */
  readonly readers: readonly string[];
  readonly figures: JournalFigures;
  /** Metrics since the start that a reader will never see. */
  lostBy(reader: string): number;
}

export interface JournalFigures {
  /** The place of the next batch. */
  readonly end: Position;
  /** Arrival of the newest batch, milliseconds since 1970. */
  readonly newestMs: number | undefined;
  readonly sizeBytes: number;
  readonly segments: number;
  /** Why nothing is written at the moment. */
  readonly paused: string | undefined;
  /** False while what is on disk has not been looked at. */
  readonly isOpen: boolean;
}

const lingerMs = 1000;

const isTooLarge = (thrown: unknown) => thrown instanceof AgentError && thrown.code === "journal.too-large";

export async function openJournal(config: JournalConfig, needs: JournalNeeds): Promise<Journal> {
  const journal = new OpenJournal(config, needs);
  await journal.open();
  return journal;
}

class OpenJournal implements Journal {
  readonly #needs: JournalNeeds;
  readonly #maxAgeSeconds: number;
  readonly #cursors: Cursors;
  readonly #guard: DiskGuard;
  readonly #segments: SegmentLog;
  readonly #readers = new Map<string, JournalReader>();
  readonly #wanted = new Set<Origin>();
  readonly #settledNow: () => number;
  readonly #waiting = new AppendQueue();
  readonly #losses: Losses;
  #linger: Timer | undefined;
  #busy = false;
  #working: Promise<void> = Promise.resolve();
  #opened = false;
  #stopped = false;
  #paused: string | undefined;
  #oldestSecond = Number.NEGATIVE_INFINITY;

  constructor(config: JournalConfig, needs: JournalNeeds) {
    const { clock, directory, log, telemetry } = needs;
    this.#needs = needs;
    this.#maxAgeSeconds = Math.floor(config.max_age / 1000);
    this.#settledNow = createSettledTime(clock);
    this.#losses = new Losses({ log, telemetry });
    this.#cursors = new Cursors({ clock, log, directory });
    this.#guard = new DiskGuard(directory, config.min_free, clock);
    this.#segments = new SegmentLog(config.max_size, {
      directory,
      log,
      highest: () => this.#cursors.highest,
      onDrop: (behind, reason) => this.#skip(behind, reason),
    });
    telemetry.gauge("journal_bytes", "Bytes of the journal on disk.", () => this.#segments.sizeBytes);
    telemetry.gauge("journal_waiting", "Metrics that wait to be written.", () => this.#waiting.metrics);
    telemetry.gauge("journal_paused", "1 while nothing can be written.", () =>
      this.#paused === undefined ? 0 : 1,
    );
  }

  get figures(): JournalFigures {
    const { end, newestMs, sizeBytes, segments } = this.#segments;
    return {
      end,
      newestMs,
      sizeBytes,
      segments: segments.length,
      paused: this.#paused,
      isOpen: this.#opened,
    };
  }

  get readers(): readonly string[] {
    return [...new Set([...this.#cursors.names, ...this.#readers.keys()])];
  }

  /** A directory that cannot be used pauses the journal; it is tried again with the next batch. */
  async open(): Promise<void> {
    try {
      await this.#openSegments();
    } catch (thrown) {
      this.#pause(thrown);
    }
  }

  reader(name: string, origins: readonly Origin[]): JournalReader {
    const known = this.#readers.get(name);
    if (known !== undefined) return known;
    for (const origin of origins) this.#wanted.add(origin);
    const reader = new JournalReader(name, origins, {
      cursors: this.#cursors,
      segments: () => this.#segments.segments,
      oldestSecond: () => this.#oldestSecond,
      onLoss: (loser, reason, metrics) => this.#losses.lost(loser, reason, metrics),
      onDamage: (path, place) => this.#losses.damaged(path, place),
      onAdvance: () => this.#work(),
    });
    this.#readers.set(name, reader);
    return reader;
  }

  async register(name: string): Promise<void> {
    if (!this.#cursors.has(name)) await this.#cursors.move(name, this.#cursors.get(name));
  }

  async forget(name: string): Promise<void> {
    this.#readers.delete(name);
    await this.#cursors.remove(name);
    this.#work();
  }

  lostBy(reader: string): number {
    return this.#losses.lostBy(reader);
  }

  async append(batches: readonly Batch[]): Promise<void> {
    const entry = this.#entryOf(batches);
    if (entry.batches.length === 0) return;
    const refusal = this.#refusal(entry);
    if (refusal !== undefined) {
      this.#losses.refused(entry.metrics);
      throw new AgentError("journal.full", { reason: refusal });
    }
    await new Promise<void>((resolve, reject) => {
      this.#waiting.add({ ...entry, done: { resolve, reject } });
      this.#work();
    });
  }

  offer(batches: readonly Batch[]): void {
    const entry = this.#entryOf(batches);
    if (entry.batches.length === 0) return;
    if (this.#refusal(entry) !== undefined) {
      this.#losses.refused(entry.metrics);
      return;
    }
    this.#waiting.add(entry);
    if (this.#waiting.isWorthACommit) this.#work();
    else this.#linger ??= this.#needs.clock.after(lingerMs, () => this.#work());
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#work();
    await this.#working;
    await this.#cursors.settle();
    await this.#segments.close();
  }

  #entryOf(batches: readonly Batch[]): Entry {
    return entryOf(
      batches.filter(({ origin }) => this.#wanted.has(origin)),
      this.#needs.clock.now(),
    );
  }

  #refusal(entry: Entry): string | undefined {
    return this.#stopped ? "the agent is stopping" : this.#waiting.refusal(entry);
  }

  /** Writes what waits and drops what is over, unless that is being done already. */
  #work(): void {
    this.#linger?.cancel();
    this.#linger = undefined;
    if (this.#busy) return;
    this.#busy = true;
    this.#working = this.#workOff();
  }

  async #workOff(): Promise<void> {
    do {
      const entries = this.#waiting.take();
      if (entries.length > 0) await this.#commit(entries);
      await this.#dropOver();
    } while (!this.#waiting.isEmpty);
    this.#busy = false;
  }

  async #commit(entries: readonly Entry[]): Promise<void> {
    try {
      await this.#write(entries);
    } catch (thrown) {
      // One that is too large is not to take the others with it.
      const [only, ...others] = entries;
      if (only !== undefined && others.length > 0 && isTooLarge(thrown))
        for (const entry of entries) await this.#commit([entry]);
      else this.#refuse(entries, thrown);
      return;
    }
    this.#goOn();
    const written = entries.reduce((sum, { metrics }) => sum + metrics, 0);
    this.#needs.telemetry.counter("journal_written_total", "Metrics written to the journal.").add(written);
    this.#oldestSecond = Math.floor(this.#settledNow() / 1000) - this.#maxAgeSeconds;
    for (const { done } of entries) done?.resolve();
  }

  async #write(entries: readonly Entry[]): Promise<void> {
    if (!this.#opened) await this.#openSegments();
    const refusal = await this.#guard.refusal();
    if (refusal !== undefined) throw new AgentError("journal.full", { reason: refusal });
    await this.#segments.write(entries.flatMap(({ batches }) => batches));
  }

  #refuse(entries: readonly Entry[], thrown: unknown): void {
    // A directory that is gone is made again with the next batch.
    if (systemCode(thrown) === "ENOENT") this.#opened = false;
    // What is too large for it is no fault of the journal.
    const fault = isTooLarge(thrown) ? thrown : this.#pause(thrown);
    for (const entry of entries) {
      this.#losses.refused(entry.metrics);
      entry.done?.reject(fault);
    }
  }

  async #dropOver(): Promise<void> {
    try {
      await this.#segments.dropOlderThan(this.#oldestSecond);
      const lowest = Math.min(...this.readers.map((name) => this.#cursors.get(name).batch));
      if (Number.isFinite(lowest)) await this.#segments.dropBefore(lowest);
    } catch (thrown) {
      this.#needs.log.error("a segment of the journal cannot be dropped", { reason: reasonOf(thrown) });
    }
  }

  /** Readers that have not come so far go on behind the segment that is dropped. */
  #skip(behind: Position, reason: "age" | "size" | "read"): void {
    for (const name of this.readers) {
      const place = this.#cursors.get(name);
      if (place.batch >= behind.batch) continue;
      const accounted = Math.max(place.metric, this.#readers.get(name)?.accountedMetric ?? 0);
      if (reason !== "read") this.#losses.lost(name, reason, Math.max(0, behind.metric - accounted));
      void this.#cursors.move(name, behind);
    }
    this.#cursors.start = behind;
  }

  async #openSegments(): Promise<void> {
    await this.#cursors.load();
    await this.#segments.open();
    this.#cursors.start = await this.#segments.start();
    this.#opened = true;
  }

  #pause(thrown: unknown): AgentError {
    const path = this.#needs.directory;
    const fault =
      thrown instanceof AgentError
        ? thrown
        : new AgentError("journal.failed", { path, reason: reasonOf(thrown), cause: thrown });
    if (this.#paused === undefined)
      this.#needs.log.error("the journal cannot be written; metrics are not kept", { reason: fault.message });
    this.#paused = fault.message;
    return fault;
  }

  #goOn(): void {
    if (this.#paused !== undefined) this.#needs.log.warning("the journal is written again");
    this.#paused = undefined;
  }
}
