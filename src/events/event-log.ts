// The stream of events: numbered, kept, handed to whoever listens, and followed by any number of readers.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { AgentEvent, EventType, Happening } from "../event/index.ts";
import { reasonOf } from "../kernel/errors.ts";
import type { Context, Running } from "../kernel/module.ts";
import { replaceFile } from "../kernel/replace-file.ts";
import { type EventFilter, eventFilter } from "./event-filter.ts";
import { type Entry, Kept, Page } from "./event-page.ts";
import { EventSegments } from "./event-segments.ts";
import { EventWriter } from "./event-writer.ts";

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

export class EventLog implements Running {
  readonly #needs: Context;
  readonly #config: EventLogConfig;
  readonly #cleanPath: string;
  /** Undefined: the disk does not take any. */
  readonly #segments: EventSegments | undefined;
  readonly #writer: EventWriter | undefined;
  readonly #recent: Kept[] = [];
  readonly #listeners = new Set<(event: AgentEvent) => void>();
  /** Readers that have seen everything. */
  readonly #waiting = new Set<Waiting>();
  #sequence = 0;
  #before: Before = "nothing";
  #stopped = false;

  private constructor(
    config: EventLogConfig,
    { segments, cleanPath }: { segments: EventSegments | undefined; cleanPath: string },
    needs: Context,
  ) {
    this.#config = config;
    this.#segments = segments;
    this.#writer = segments && new EventWriter(segments, needs);
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

  /** How the agent before this one ended. */
  get before(): Before {
    return this.#before;
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
    if (!this.#stopped) this.#writer?.offer(event);
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
    let found = this.#recent.map(({ event }) => event).filter(isOfType);
    const oldest = this.#recent[0]?.event.seq ?? Number.POSITIVE_INFINITY;
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
    const waiting: Waiting = { wake: () => {} };
    const end = () => waiting.wake();
    signal.addEventListener("abort", end, { once: true });
    let place = Math.min(after ?? this.#sequence, this.#sequence);
    try {
      while (!signal.aborted && !this.#stopped) {
        const found = this.#near(place, isWanted) ?? (await this.#find(place, isWanted, pageSize));
        if (found.gap) yield* this.#missedAfter(place);
        for (const entry of found.entries) yield entry;
        // Nothing more was found: numbers that are left are those that a crash passed over, and belong to no event.
        const isOver = found.next === place || found.next >= this.#sequence;
        place = found.next;
        if (isOver) await this.#nextEvent(waiting, signal);
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
    await this.#writer?.written();
    await this.#segments?.close();
    if (this.#writer?.isFailing === false)
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
    const text = await readFile(this.#cleanPath, "utf8").catch(() => "");
    const clean = /^\d{1,15}$/.test(text) ? Number(text) : -1;
    this.#before = clean >= last ? "stopped" : last === 0 ? "nothing" : "broken-off";
    this.#sequence = this.#before === "broken-off" ? last + crashMargin : Math.max(clean, 0);
    await rm(this.#cleanPath, { force: true }).catch(() => {});
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

  /** Most of the time a reader is close behind, and nothing has to be waited for. */
  #near(place: number, isWanted: (event: AgentEvent) => boolean): FoundEvents | undefined {
    if (place + 1 < this.#oldestInMemory()) return undefined;
    return this.#fromMemory(new Page(place, isWanted, pageSize));
  }

  *#missedAfter(place: number): Generator<Missed> {
    const missed = (this.#firstKept() ?? 0) - place - 1;
    if (missed > 0) yield { missed, wire: JSON.stringify({ missed }) };
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

interface Waiting {
  wake: () => void;
}
