// The stream of events: numbered, kept, and then handed to whoever listens and followed by any number of readers.
import { readFile, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { AgentEvent, EventType, Happening } from "../event/index.ts";
import { type Disk, systemDisk } from "../kernel/disk.ts";
import { reasonOf } from "../kernel/errors.ts";
import type { Context, Running } from "../kernel/module.ts";
import { replaceFile, syncDirectory } from "../kernel/replace-file.ts";
import type { LostEvents } from "./event-files.ts";
import { type EventFilter, eventFilter } from "./event-filter.ts";
import { type Entry, Kept, Page } from "./event-page.ts";
import { EventSegments } from "./event-segments.ts";
import { EventWriter } from "./event-writer.ts";
import { Readers } from "./readers.ts";
import { RecentEvents } from "./recent-events.ts";

/** Events that a reader will never see: it was too slow, or asked for what is no longer kept. */
export interface Missed {
  readonly missed: number;
  readonly wire: string;
}

export interface FoundEvents {
  readonly entries: readonly Entry[];
  /** The number to go on after. */
  readonly next: number;
  /** True: some that came after the asked number are no longer kept. */
  readonly gap: boolean;
}

export interface EventLogConfig {
  readonly maxBytes: number;
  readonly memory: number;
}

export interface EventLogNeeds extends Context {
  /** Where its files are opened; the system's when absent. */
  readonly disk?: Disk;
}

/** What a crash may have taken: numbers that clients may have seen are not given again. */
const crashMargin = 1000;

export class EventLog implements Running {
  readonly #needs: Required<EventLogNeeds>;
  readonly #cleanPath: string;
  /** Undefined: the disk does not take any. */
  readonly #segments: EventSegments | undefined;
  readonly #writer: EventWriter | undefined;
  readonly #recent: RecentEvents;
  readonly #listeners = new Set<(event: AgentEvent) => void>();
  readonly #readers = new Readers();
  /** The newest number that was given. */
  #sequence = 0;
  /** The newest that anybody has seen: it is on disk, or will never be. */
  #shown = 0;
  #before: Before = "nothing";
  #stopped = false;

  private constructor(
    config: EventLogConfig,
    { segments, cleanPath }: { segments: EventSegments | undefined; cleanPath: string },
    needs: Required<EventLogNeeds>,
  ) {
    this.#recent = new RecentEvents(config.memory);
    this.#segments = segments;
    const onWritten = (events: readonly AgentEvent[]) => this.#show(events);
    this.#writer = segments && new EventWriter(segments, { ...needs, onWritten });
    this.#cleanPath = cleanPath;
    this.#needs = needs;
  }

  /** A directory that cannot be used costs what would be kept in it, and nothing else. */
  static async open(directory: string, config: EventLogConfig, needs: EventLogNeeds): Promise<EventLog> {
    const onLost = ({ path, reason }: LostEvents) => needs.log.error("events are lost", { path, reason });
    const { disk = systemDisk } = needs;
    const parts = { disk, limitBytes: config.maxBytes, onLost };
    const segments = await EventSegments.open(directory, parts).catch((thrown: unknown) => {
      needs.log.error("events are not kept", { path: directory, reason: reasonOf(thrown) });
      return undefined;
    });
    const log = new EventLog(config, { segments, cleanPath: join(directory, "clean") }, { ...needs, disk });
    await log.#takeUp();
    return log;
  }

  /** How the agent before this one ended. */
  get before(): Before {
    return this.#before;
  }

  /** Number of the newest event that anybody can have seen; 0 before the first. */
  get sequence(): number {
    return this.#shown;
  }

  /**
   * Numbers and stamps what happened. It is handed on when it has been written, so that nobody knows of an event that a
   * killed agent does not. Listeners that throw are logged and hurt nobody.
   */
  publish(happening: Happening): AgentEvent {
    this.#sequence += 1;
    const event: AgentEvent = { ...happening, seq: this.#sequence, atMs: this.#needs.clock.now() };
    if (this.#writer === undefined || this.#stopped) this.#show([event]);
    else this.#writer.offer(event);
    return event;
  }

  /** Resolves when an event that was shown is on disk for good, or the disk does not take it. */
  async synced(sequence: number): Promise<void> {
    await this.#writer?.synced(sequence);
  }

  /** All those after a number that are still kept, oldest first, one at a time. */
  async *since(sequence: number): AsyncGenerator<AgentEvent> {
    for (let place = sequence; place < this.#shown; ) {
      const { entries, next } = await this.#find(place, () => true, pageSize);
      for (const { event } of entries) yield event;
      if (next === place) return;
      place = next;
    }
  }

  /** Undefined where it is no longer kept. */
  async at(sequence: number): Promise<AgentEvent | undefined> {
    const { entries } = await this.#find(sequence - 1, () => true, 1);
    return entries[0]?.event.seq === sequence ? entries[0].event : undefined;
  }

  /** Returns the function that takes the listener away again. */
  on(listener: (event: AgentEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The newest of a type, oldest first. */
  async newest(type: EventType, limit: number): Promise<readonly AgentEvent[]> {
    const isOfType = (event: AgentEvent) => event.type === type;
    await this.#caughtUp();
    let found = this.#recent.all.filter(isOfType);
    const oldest = this.#recent.oldest ?? Number.POSITIVE_INFINITY;
    if (this.#segments !== undefined)
      for await (const { events } of this.#segments.backwards()) {
        if (found.length >= limit) break;
        found = [...events.filter((event) => isOfType(event) && event.seq < oldest), ...found];
      }
    return found.slice(-limit);
  }

  /** Those after a number, oldest first; from disk where memory no longer has them. */
  async after(sequence: number, filter: EventFilter, limit: number): Promise<FoundEvents> {
    return await this.#find(sequence, eventFilter(filter), limit);
  }

  /** Goes on until the signal is aborted or the agent stops. A reader that is too slow is told what it missed. */
  async *follow(
    { after, filter }: { after: number | undefined; filter: EventFilter },
    signal: AbortSignal,
  ): AsyncGenerator<Entry | Missed> {
    const isWanted = eventFilter(filter);
    let place = Math.min(after ?? this.#shown, this.#shown);
    while (!signal.aborted && !this.#stopped) {
      const found = this.#near(place, isWanted) ?? (await this.#find(place, isWanted, pageSize));
      if (found.gap) yield* this.#missedAfter(place);
      for (const entry of found.entries) yield entry;
      // Nothing more was found: numbers that are left are those that a crash passed over, and belong to no event.
      const isOver = found.next === place || found.next >= this.#shown;
      place = found.next;
      if (isOver && !this.#stopped) await this.#readers.wait(signal);
    }
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#readers.wakeAll();
    await this.#writer?.written();
    await this.#segments?.close();
    if (this.#writer?.isFailing === false)
      await replaceFile(this.#cleanPath, String(this.#sequence), 0o600, this.#needs.disk).catch(() => {});
  }

  async #takeUp(): Promise<void> {
    const last = await this.#remembered();
    const text = await readFile(this.#cleanPath, "utf8").catch(() => "");
    const clean = /^\d{1,15}$/.test(text) ? Number(text) : -1;
    this.#before = clean >= last ? "stopped" : last === 0 ? "nothing" : "broken-off";
    this.#sequence = this.#before === "broken-off" ? last + crashMargin : Math.max(clean, 0);
    this.#shown = this.#sequence;
    this.#segments?.goOnAfter(last);
    if (clean > last) this.#tellOfLostEnd(last, clean);
    await rm(this.#cleanPath, { force: true }).catch(() => {});
    // A mark that comes back would have numbers given again.
    await syncDirectory(dirname(this.#cleanPath), this.#needs.disk).catch(() => {});
  }

  /** Takes the newest events into memory. Gives the highest number that is known to have been given. */
  async #remembered(): Promise<number> {
    // Where a file is empty, its name still says what came before it.
    let last = Math.max(0, (this.#segments?.newestFirst ?? 0) - 1);
    for await (const { events, damaged } of this.#segments?.backwards() ?? []) {
      if (damaged > 0) this.#needs.log.error("some events cannot be read", { lines: damaged });
      last = Math.max(last, events.at(-1)?.seq ?? 0);
      this.#recent.putBefore(events);
      if (this.#recent.isFull) break;
    }
    return last;
  }

  async #takeFromDisk(page: Page): Promise<void> {
    if (this.#segments === undefined || page.next + 1 >= this.#oldestInMemory()) return;
    // What is on its way to the disk may be gone from memory already.
    await this.#writer?.written();
    for await (const { events } of this.#segments.after(page.next))
      for (const event of events) {
        if (page.isFull) return;
        page.take(new Kept(event));
      }
  }

  #tellOfLostEnd(last: number, clean: number): void {
    const reason = `the last that can be read is ${last}, and there were ${clean}`;
    this.#needs.log.error("events are lost", { path: dirname(this.#cleanPath), reason });
  }

  #show(events: readonly AgentEvent[]): void {
    for (const event of events) {
      this.#shown = event.seq;
      this.#recent.add(event);
      for (const listener of this.#listeners) this.#call(listener, event);
    }
    this.#readers.wakeAll();
  }

  #oldestInMemory(): number {
    return this.#recent.oldest ?? this.#shown + 1;
  }

  /** The oldest event that can still be read. */
  #firstKept(): number | undefined {
    const inMemory = this.#recent.oldest;
    const onDisk = this.#segments?.oldest;
    if (inMemory === undefined || onDisk === undefined) return inMemory ?? onDisk;
    return Math.min(inMemory, onDisk);
  }

  #isGone(sequence: number): boolean {
    const first = this.#firstKept();
    return sequence <= this.#shown && (first === undefined || first > sequence);
  }

  /** Most of the time a reader is close behind, and nothing has to be waited for. */
  #near(place: number, isWanted: (event: AgentEvent) => boolean): FoundEvents | undefined {
    if (place + 1 < this.#oldestInMemory()) return undefined;
    return this.#fromMemory(new Page(place, isWanted, pageSize));
  }

  *#missedAfter(place: number): Generator<Missed> {
    const missed = (this.#firstKept() ?? 0) - place - 1;
    if (missed > 0) yield { missed, wire: JSON.stringify({ missed }) };
  }

  async #find(
    sequence: number,
    isWanted: (event: AgentEvent) => boolean,
    limit: number,
  ): Promise<FoundEvents> {
    await this.#caughtUp();
    const next = Math.min(sequence, this.#shown);
    const page = new Page(next, isWanted, limit);
    await this.#takeFromDisk(page);
    const gap = this.#isGone(next + 1);
    const { entries, next: reached } = this.#fromMemory(page);
    return { entries, next: reached, gap };
  }

  #fromMemory(page: Page): FoundEvents {
    const gap = this.#isGone(page.next + 1);
    this.#recent.give(page, this.#shown);
    return { entries: page.entries, next: page.next, gap };
  }

  /** Whoever has just caused an event finds it. */
  async #caughtUp(): Promise<void> {
    if (this.#shown < this.#sequence) await this.#writer?.caughtUp();
  }

  #call(listener: (event: AgentEvent) => void, event: AgentEvent): void {
    try {
      listener(event);
    } catch (thrown) {
      this.#needs.log.error("a listener failed", { event: event.type, reason: reasonOf(thrown) });
    }
  }
}

const pageSize = 200;

/** `nothing`: there was none. */
export type Before = "nothing" | "stopped" | "broken-off";
