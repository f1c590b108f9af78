// The stream of events: numbered, kept, handed to whoever listens, and followed by any number of readers.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type AgentEvent, type EventType, type Happening, wireEvent } from "../event/index.ts";
import { reasonOf } from "../kernel/errors.ts";
import type { Context, Running } from "../kernel/module.ts";
import { replaceFile } from "../kernel/replace-file.ts";
import { type EventFilter, eventFilter } from "./event-filter.ts";
import { EventSegments } from "./event-segments.ts";

/** An event, and its text for clients: made once, when the first of them asks. */
export interface Entry {
  readonly event: AgentEvent;
  readonly wire: string;
}

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

/** What a crash may have taken: numbers that clients may have seen are not given again. */
const crashMargin = 1000;
const syncEveryMs = 1000;
/** Events that wait for a disk that is slow; the oldest of more are in memory only. */
const pendingAtMost = 10_000;

export class EventLog implements Running {
  readonly #needs: Context;
  readonly #config: EventLogConfig;
  readonly #cleanPath: string;
  /** Undefined: the disk does not take any. */
  readonly #segments: EventSegments | undefined;
  readonly #recent: Kept[] = [];
  readonly #listeners = new Set<(event: AgentEvent) => void>();
  /** Readers that have seen everything. */
  readonly #waiting = new Set<Waiting>();
  #sequence = 0;
  #pending: AgentEvent[] = [];
  #writing: Promise<void> | undefined;
  #syncedMs = 0;
  #failing = false;
  #stopped = false;

  private constructor(
    config: EventLogConfig,
    { segments, cleanPath }: { segments: EventSegments | undefined; cleanPath: string },
    needs: Context,
  ) {
    this.#config = config;
    this.#segments = segments;
    this.#cleanPath = cleanPath;
    this.#needs = needs;
  }

  /** A directory that cannot be used costs what would be kept in it, and nothing else. */
  static async open(directory: string, config: EventLogConfig, needs: Context): Promise<EventLog> {
    const segments = await EventSegments.open(directory, config.maxBytes).catch((thrown: unknown) => {
      needs.log.error("events are not kept", { path: directory, reason: reasonOf(thrown) });
      return undefined;
    });
    const log = new EventLog(config, { segments, cleanPath: join(directory, "clean") }, needs);
    await log.#takeUp();
    return log;
  }

  /** Number of the newest event; 0 before the first. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Numbers and stamps what happened, and hands it on. Listeners that throw are logged and hurt nobody. */
  publish(happening: Happening): AgentEvent {
    this.#sequence += 1;
    const event: AgentEvent = { ...happening, seq: this.#sequence, atMs: this.#needs.clock.now() };
    this.#remember(event);
    if (this.#segments !== undefined && !this.#stopped) {
      this.#pending.push(event);
      if (this.#pending.length > pendingAtMost) this.#pending.shift();
      this.#writing ??= this.#write();
    }
    for (const listener of this.#listeners) this.#call(listener, event);
    this.#wakeAll();
    return event;
  }

  /** Returns the function that takes the listener away again. */
  on(listener: (event: AgentEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The newest of a type, oldest first. */
  async newest(type: EventType, limit: number): Promise<readonly AgentEvent[]> {
    const isOfType = (event: AgentEvent) => event.type === type;
    const found = this.#recent.map(({ event }) => event).filter(isOfType);
    const oldest = this.#recent[0]?.event.seq ?? Number.POSITIVE_INFINITY;
    if (this.#segments !== undefined)
      for await (const { events } of this.#segments.backwards()) {
        if (found.length >= limit) break;
        found.unshift(...events.filter((event) => isOfType(event) && event.seq < oldest));
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
    const waiting: Waiting = { wake: () => {} };
    const end = () => waiting.wake();
    signal.addEventListener("abort", end, { once: true });
    let place = Math.min(after ?? this.#sequence, this.#sequence);
    try {
      while (!signal.aborted && !this.#stopped) {
        // Most of the time the reader is close behind, and nothing has to be waited for.
        const isNear = place + 1 >= this.#oldestInMemory();
        const found = isNear
          ? this.#fromMemory(new Page(place, isWanted, pageSize))
          : await this.#find(place, isWanted, pageSize);
        const lost = found.gap ? (this.#firstKept() ?? 0) - place - 1 : 0;
        if (lost > 0) yield { missed: lost, wire: JSON.stringify({ missed: lost }) };
        for (const entry of found.entries) yield entry;
        place = found.next;
        if (place >= this.#sequence) await this.#nextEvent(waiting, signal);
      }
    } finally {
      signal.removeEventListener("abort", end);
      this.#waiting.delete(waiting);
    }
  }

  async stop(): Promise<void> {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#wakeAll();
    await this.#writing;
    await this.#segments?.close();
    if (this.#segments !== undefined && !this.#failing)
      await replaceFile(this.#cleanPath, String(this.#sequence), 0o600).catch(() => {});
  }

  async #takeUp(): Promise<void> {
    let last = 0;
    for await (const { events, damaged } of this.#segments?.backwards() ?? []) {
      if (damaged > 0) this.#needs.log.error("some events cannot be read", { lines: damaged });
      last = Math.max(last, events.at(-1)?.seq ?? 0);
      this.#recent.unshift(
        ...events.slice(-(this.#config.memory - this.#recent.length)).map((one) => new Kept(one)),
      );
      if (this.#recent.length >= this.#config.memory) break;
    }
    const clean = Number(await readFile(this.#cleanPath, "utf8").catch(() => "-1"));
    const isNew = last === 0 && clean < 0;
    this.#sequence = clean >= last || isNew ? Math.max(last, clean, 0) : last + crashMargin;
    await rm(this.#cleanPath, { force: true }).catch(() => {});
  }

  async #takeFromDisk(page: Page): Promise<void> {
    if (this.#segments === undefined || page.next + 1 >= this.#oldestInMemory()) return;
    // What is on its way to the disk may be gone from memory already.
    await this.#writing;
    for await (const { events } of this.#segments.after(page.next))
      for (const event of events) {
        if (page.isFull) return;
        page.take(new Kept(event));
      }
  }

  #remember(event: AgentEvent): void {
    this.#recent.push(new Kept(event));
    if (this.#recent.length > this.#config.memory) this.#recent.shift();
  }

  #oldestInMemory(): number {
    return this.#recent[0]?.event.seq ?? this.#sequence + 1;
  }

  /** The oldest event that can still be read. */
  #firstKept(): number | undefined {
    const inMemory = this.#recent[0]?.event.seq;
    const onDisk = this.#segments?.oldest;
    if (inMemory === undefined || onDisk === undefined) return inMemory ?? onDisk;
    return Math.min(inMemory, onDisk);
  }

  #isGone(sequence: number): boolean {
    const first = this.#firstKept();
    return sequence <= this.#sequence && (first === undefined || first > sequence);
  }

  #nextEvent(waiting: Waiting, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      waiting.wake = resolve;
      this.#waiting.add(waiting);
      if (signal.aborted || this.#stopped) resolve();
    });
  }

  #wakeAll(): void {
    for (const waiting of this.#waiting) waiting.wake();
    this.#waiting.clear();
  }

  async #find(
    sequence: number,
    isWanted: (event: AgentEvent) => boolean,
    limit: number,
  ): Promise<FoundEvents> {
    const next = Math.min(sequence, this.#sequence);
    const page = new Page(next, isWanted, limit);
    await this.#takeFromDisk(page);
    const gap = this.#isGone(next + 1);
    const { entries, next: reached } = this.#fromMemory(page);
    return { entries, next: reached, gap };
  }

  #fromMemory(page: Page): FoundEvents {
    const gap = this.#isGone(page.next + 1);
    // Numbers follow each other: nothing before this place can be wanted.
    const from = Math.max(0, this.#recent.length - (this.#sequence - page.next));
    for (let place = from; place < this.#recent.length && !page.isFull; place += 1)
      page.take(this.#recent[place]);
    return { entries: page.entries, next: page.next, gap };
  }

  /** In groups: what comes while a group is written is the next one. */
  async #write(): Promise<void> {
    while (this.#pending.length > 0) {
      const group = this.#pending;
      this.#pending = [];
      const text = group.map((event) => `${JSON.stringify(event)}\n`).join("");
      try {
        await this.#segments?.append(text, group[0]?.seq ?? 0);
        await this.#syncSometimes();
        this.#failing = false;
      } catch (thrown) {
        if (!this.#failing) this.#needs.log.error("events are not kept", { reason: reasonOf(thrown) });
        this.#failing = true;
      }
    }
    this.#writing = undefined;
  }

  async #syncSometimes(): Promise<void> {
    const nowMs = this.#needs.clock.monotonicMs();
    if (nowMs - this.#syncedMs < syncEveryMs) return;
    this.#syncedMs = nowMs;
    await this.#segments?.sync();
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

interface Waiting {
  wake: () => void;
}

/** What is found for one question, event by event. */
class Page {
  readonly entries: Entry[] = [];
  /** Number of the last event that was looked at. */
  next: number;
  readonly #isWanted: (event: AgentEvent) => boolean;
  readonly #limit: number;

  constructor(next: number, isWanted: (event: AgentEvent) => boolean, limit: number) {
    this.next = next;
    this.#isWanted = isWanted;
    this.#limit = limit;
  }

  get isFull(): boolean {
    return this.entries.length >= this.#limit;
  }

  /** What was looked at already is passed over. */
  take(entry: Entry | undefined): void {
    if (entry === undefined || entry.event.seq <= this.next) return;
    this.next = entry.event.seq;
    if (this.#isWanted(entry.event)) this.entries.push(entry);
  }
}

class Kept implements Entry {
  readonly event: AgentEvent;
  #wire: string | undefined;

  constructor(event: AgentEvent) {
    this.event = event;
  }

  get wire(): string {
    this.#wire ??= JSON.stringify(wireEvent(this.event));
    return this.#wire;
  }
}
