// The one durable log of metrics: many writers, many readers, bounded by bytes and age, and a reason for every loss.
import type { Position } from "../../formats/journal/position.ts";
import type { Timer } from "../../kernel/clock.ts";
import { type Disk, systemDisk } from "../../kernel/disk.ts";
import { AgentError, reasonOf } from "../../kernel/errors.ts";
import type { Context, Running } from "../../kernel/module.ts";
import { createSettledTime } from "../../kernel/settled-time.ts";
import type { Batch, Origin } from "../../metric/metric.ts";
import { AppendQueue, type Entry, entryOf } from "./append-queue.ts";
import type { JournalConfig } from "./config.ts";
import { Cursors } from "./cursors.ts";
import { JournalDisk } from "./journal-disk.ts";
import type { JournalReader } from "./journal-reader.ts";
import { Losses } from "./losses.ts";
import { type LossesCount, Readers } from "./readers.ts";

export interface JournalNeeds extends Omit<Context, "pace" | "signal"> {
  readonly directory: string;
  /** The system's when absent. */
  readonly disk?: Disk;
}

export interface Journal extends Running {
  /**
   * Resolves when the batches are on disk for good: all of them or, on rejection (`journal.full`, `journal.too-large`, `journal.failed`),
   * none. Batches that no reader wants are not kept.
   */
  append(batches: readonly Batch[]): Promise<void>;
  /** Keeps batches that came together within the next second. What cannot be kept is counted. */
  offer(batches: readonly Batch[]): void;
  /** For senders that can wait: resolves when there is room again. Undefined when there is, and when nothing is written. */
  pressure(): Promise<void> | undefined;
  /** Whether some reader wants what comes from there: all else is not kept. */
  keeps(origin: Origin): boolean;
  /** The same reader for the same name. A new one begins at the oldest batch. Its losses count always when absent. */
  reader(name: string, origins: readonly Origin[], count?: LossesCount): JournalReader;
  /** Writes a new reader's place down, at the oldest batch, so that what comes from now on is kept for it. */
  register(name: string): Promise<void>;
  /** Takes a reader's place away; it holds back nothing any more. */
  forget(name: string): Promise<void>;
  /** Names of all readers that have a place, also of those that nobody has asked for since the start. */
  readonly readers: readonly string[];
  /** Tells the numbers in here from those of every other journal, and from those before a new beginning. */
  readonly mark: string;
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
  readonly #disk: JournalDisk;
  readonly #readers: Readers;
  readonly #settledNow: () => number;
  readonly #waiting = new AppendQueue();
  readonly #losses: Losses;
  #linger: Timer | undefined;
  #busy = false;
  #working: Promise<void> = Promise.resolve();
  #stopped = false;
  #paused: string | undefined;
  #oldestSecond = Number.NEGATIVE_INFINITY;

  constructor(config: JournalConfig, needs: JournalNeeds) {
    const { clock, directory, disk = systemDisk, log, telemetry } = needs;
    this.#needs = needs;
    this.#maxAgeSeconds = Math.floor(config.max_age / 1000);
    this.#settledNow = createSettledTime(clock);
    this.#losses = new Losses({ log, telemetry });
    this.#cursors = new Cursors({ clock, log, directory, disk });
    this.#readers = new Readers({
      cursors: this.#cursors,
      losses: this.#losses,
      segments: () => this.#disk.segments.segments,
      oldestSecond: () => this.#oldestSecond,
      onAdvance: () => this.#work(),
    });
    const [cursors, readers] = [this.#cursors, this.#readers];
    this.#disk = new JournalDisk(config, { clock, disk, log, directory, cursors, readers });
    const { segments } = this.#disk;
    telemetry.gauge("journal_bytes", "Bytes of the journal on disk.", () => segments.sizeBytes);
    telemetry.gauge("journal_waiting", "Metrics that wait to be written.", () => this.#waiting.metrics);
    telemetry.gauge("journal_paused", "1 while nothing can be written.", () =>
      this.#paused === undefined ? 0 : 1,
    );
  }

  get figures(): JournalFigures {
    const { end, newestMs, sizeBytes, segments } = this.#disk.segments;
    return {
      end,
      newestMs,
      sizeBytes,
      segments: segments.length,
      paused: this.#paused,
      isOpen: this.#disk.isOpen,
    };
  }

  get readers(): readonly string[] {
    return this.#readers.names;
  }

  get mark(): string {
    return this.#disk.mark;
  }

  /** A directory that cannot be used pauses the journal; it is tried again with the next batch. */
  async open(): Promise<void> {
    try {
      await this.#disk.open();
    } catch (thrown) {
      this.#pause(thrown);
    }
  }

  keeps(origin: Origin): boolean {
    return this.#readers.isWanted(origin);
  }

  reader(name: string, origins: readonly Origin[], count: LossesCount = "always"): JournalReader {
    return this.#readers.open(name, origins, count);
  }

  async register(name: string): Promise<void> {
    if (!this.#cursors.has(name)) await this.#cursors.move(name, this.#cursors.get(name));
  }

  async forget(name: string): Promise<void> {
    this.#readers.close(name);
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

  pressure(): Promise<void> | undefined {
    const isWriting = this.#busy && this.#paused === undefined && !this.#stopped;
    return isWriting && this.#waiting.isCrowded ? this.#working : undefined;
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#work();
    await this.#working;
    await this.#cursors.settle();
    await this.#disk.segments.close();
  }

  #entryOf(batches: readonly Batch[]): Entry {
    return entryOf(
      batches.filter(({ origin }) => this.keeps(origin)),
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
      await this.#disk.write(entries.flatMap(({ batches }) => batches));
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

  #refuse(entries: readonly Entry[], thrown: unknown): void {
    // What is too large for it is no fault of the journal.
    const fault = isTooLarge(thrown) ? thrown : this.#pause(thrown);
    for (const entry of entries) {
      this.#losses.refused(entry.metrics);
      entry.done?.reject(fault);
    }
  }

  async #dropOver(): Promise<void> {
    try {
      await this.#disk.segments.dropOlderThan(this.#oldestSecond);
      await this.#disk.segments.dropDone((segment, behindBatch) =>
        this.#readers.areDoneWith(segment, behindBatch),
      );
    } catch (thrown) {
      this.#needs.log.error("a segment of the journal cannot be dropped", { reason: reasonOf(thrown) });
    }
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
