// The heads that are in memory: which span a point belongs to, how many spans may be open, and how many series.
import type { Clock } from "../../kernel/clock.ts";
import type { AggregationOf } from "./aggregation.ts";
import { Head } from "./head.ts";
import { type Resolution, spanStart } from "./resolution.ts";
import type { Refusal, Tallies } from "./tallies.ts";

/** Spans that take points at the same time however many series they have: now, the one before, and one for late points. */
const openLimit = 3;
/** So many where series are few: a day that is told afterwards, span by span or all at once. */
const openAtMost = 14;
/** Points may come late by this much after their span. */
const graceMs = 5 * 60_000;
/** A span that begins later than this after now was opened by a clock that was wrong. */
const aheadLimitMs = 3_600_000;
/** A head that was opened for late points waits for more of them, so that not each makes a block: so long at least, and
 *  as long as they come, up to the time that its span has. */
const leastOpenMs = 10 * 60_000;

interface HeadsNeeds {
  readonly clock: Clock;
  readonly tallies: Tallies;
  readonly maxSeries: number;
  readonly aggregationOf: AggregationOf;
  /** False when a span has been made into too many blocks already. */
  readonly hasRoomFor: (startMs: number) => boolean;
  /** Called when a head ended because room was needed. */
  readonly onEnded: () => void;
}

export class Heads {
  readonly #resolution: Resolution;
  readonly #needs: HeadsNeeds;
  readonly #heads: Head[] = [];
  #current: Head | undefined;
  /** Series of the span before that have had no point in the newest span yet: their places are kept for them. */
  #awaited = new Set<string>();
  #newest: Head | undefined;
  /** True while blocks cannot be written: then old points make room for new ones. */
  failing = false;

  constructor(resolution: Resolution, needs: HeadsNeeds) {
    this.#resolution = resolution;
    this.#needs = needs;
  }

  get all(): readonly Head[] {
    return this.#heads;
  }

  /** Series that count against the limit. */
  get seriesCount(): number {
    return (this.#newest?.seriesCount ?? 0) + this.#awaited.size;
  }

  /** A head for a span, which is not among these yet. */
  newHead(startMs: number): Head {
    return new Head(startMs, this.#needs.clock.monotonicMs(), this.#needs.aggregationOf);
  }

  /** Takes a point; otherwise says why not. */
  add(key: string, timeMs: number, value: number): Refusal | undefined {
    const head = this.#headFor(timeMs);
    if (head === undefined)
      return this.#needs.hasRoomFor(spanStart(this.#resolution, timeMs)) ? "busy" : "crowded";
    if (!head.has(key) && !this.#admits(head, key)) return "overflow";
    const { everyMs } = this.#resolution;
    // Whole milliseconds: a time that was sent with a fraction is the same when it comes again.
    const sinceMs = Math.floor(timeMs - head.startMs);
    const slot = Math.floor(sinceMs / everyMs);
    head.add(key, slot, value, sinceMs - slot * everyMs);
    return undefined;
  }

  /** Heads of which blocks are to be made, oldest first; from now on they take no points. */
  takeEnded(settledMs: number): Head[] {
    const nowMs = this.#needs.clock.monotonicMs();
    const { spanMs } = this.#resolution;
    for (const head of this.#heads) {
      const isFed = head.quietSinceMs(nowMs) > nowMs - graceMs && head.openedAtMs > nowMs - spanMs;
      const over = head.startMs + spanMs + graceMs <= settledMs;
      // Opened while the clock was wrong: nothing more comes to it, and it must not stand in the way.
      const ahead = head.startMs > this.#needs.clock.now() + aheadLimitMs;
      if ((over && !isFed && head.openedAtMs <= nowMs - leastOpenMs) || ahead) head.ended = true;
    }
    return this.#heads.filter(({ ended }) => ended).sort((one, other) => one.startMs - other.startMs);
  }

  /** Ends all that are of other times than now, so that their places serve again once their blocks are made. */
  endLate(): void {
    for (const head of this.#open()) if (this.#isNotNow(head)) head.ended = true;
  }

  /** Takes in a head that was read from its log. */
  adopt(head: Head): void {
    const same = this.#open().find(({ startMs }) => startMs === head.startMs);
    if (same !== undefined || !this.#isRoomy(this.#open().length, openLimit)) head.ended = true;
    this.#heads.push(head);
    if (!head.ended && head.startMs > (this.#newest?.startMs ?? Number.NEGATIVE_INFINITY))
      this.#newest = head;
  }

  remove(head: Head): void {
    const place = this.#heads.indexOf(head);
    if (place >= 0) this.#heads.splice(place, 1);
  }

  #open(): Head[] {
    return this.#heads.filter(({ ended }) => !ended);
  }

  #headFor(timeMs: number): Head | undefined {
    const startMs = spanStart(this.#resolution, timeMs);
    if (this.#current?.startMs !== startMs || this.#current.ended) {
      this.#current =
        this.#open().find((head) => head.startMs === startMs) ??
        (this.#makeRoom(startMs) ? this.#create(startMs) : undefined);
    }
    return this.#current;
  }

  #create(startMs: number): Head {
    const head = this.newHead(startMs);
    this.#heads.push(head);
    if (this.#newest === undefined || startMs > this.#newest.startMs) {
      this.#awaited = new Set(this.#newest?.keys());
      this.#newest = head;
    }
    return head;
  }

  #admits(head: Head, key: string): boolean {
    const awaited = head === this.#newest ? this.#awaited : undefined;
    if (awaited?.delete(key) === true) return true;
    if (head.seriesCount + (awaited?.size ?? 0) >= this.#needs.maxSeries) return false;
    return (
      this.#heads.length <= openLimit ||
      head === this.#newest ||
      this.#isNow(head.startMs) ||
      this.#entries < (openLimit + 1) * this.#needs.maxSeries
    );
  }

  /** What all heads take in memory, as series. */
  get #entries(): number {
    return this.#heads.reduce((sum, { seriesCount }) => sum + seriesCount, 0);
  }

  /** Whether one more span may stand beside so many: always up to `atLeast`, and further ones while series are few. */
  #isRoomy(heads: number, atLeast: number): boolean {
    return heads < atLeast || (heads < openAtMost && this.#entries < (openLimit - 1) * this.#needs.maxSeries);
  }

  #makeRoom(startMs: number): boolean {
    if (!this.#needs.hasRoomFor(startMs)) return false;
    const isFull = !this.#isRoomy(this.#heads.length, openLimit + 1);
    if (isFull && !this.#yields(startMs)) return false;
    if (!this.#isRoomy(this.#open().length, openLimit)) {
      const head = farthest(this.#open().filter(this.#isNotNow), this.#needs.clock.now());
      if (head !== undefined) head.ended = true;
      this.#needs.onEnded();
    }
    return true;
  }

  /** Whether one more may come although all places are taken: for a head that ends or is given up, or as now's span. */
  #yields(startMs: number): boolean {
    const waiting = this.#heads.filter(({ ended }) => ended);
    if (this.failing) {
      this.#giveUp(waiting[0] ?? oldest(this.#heads.filter(this.#isNotNow)));
      return true;
    }
    // One that waits for its block is enough: what comes faster than blocks are written is not kept.
    if (waiting.length === 0) return true;
    // Except what comes now: all series would lose it. Its place is beyond those of the others.
    return (
      this.#isNow(startMs) &&
      this.#heads.length <= openAtMost + 1 &&
      this.#entries <= (openLimit + 2) * this.#needs.maxSeries
    );
  }

  #isNow(startMs: number): boolean {
    return startMs === spanStart(this.#resolution, this.#needs.clock.now());
  }

  readonly #isNotNow = ({ startMs }: Head): boolean => !this.#isNow(startMs);

  #giveUp(head: Head | undefined): void {
    if (head === undefined) return;
    head.ended = true;
    this.remove(head);
    this.#needs.tallies.lost(head.pointCount, "blocks cannot be written");
  }
}

function farthest(heads: readonly Head[], nowMs: number): Head | undefined {
  const distance = (head: Head) => Math.abs(head.startMs - nowMs);
  return heads.reduce<Head | undefined>(
    (far, head) => (far !== undefined && distance(far) >= distance(head) ? far : head),
    undefined,
  );
}

function oldest(heads: readonly Head[]): Head | undefined {
  return heads.reduce<Head | undefined>(
    (least, head) => (least !== undefined && least.startMs <= head.startMs ? least : head),
    undefined,
  );
}
