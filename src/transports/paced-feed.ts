// What comes is given on in small parts, one source after the other: no piece is worked on to its end at once.
import type { Pace } from "../kernel/pace.ts";

/** What all sources together may bring in one turn of the loop without waiting in line. */
const atOnceBytes = 16 * 1024;

/** Shared by all feeds that take turns. */
export interface FeedLine {
  readonly pace: Pace;
  /** Those that have not given on all that came. */
  readonly busy: Set<PacedFeed>;
  /** Whether so many bytes may still be given on at once in this turn of the loop. */
  takeAtOnce(bytes: number): boolean;
}

export function createFeedLine(pace: Pace): FeedLine {
  let left = atOnceBytes;
  const renew = () => {
    left = atOnceBytes;
  };
  return {
    pace,
    busy: new Set(),
    takeAtOnce(bytes) {
      if (bytes > left) return false;
      if (left === atOnceBytes) setImmediate(renew);
      left -= bytes;
      return true;
    },
  };
}

export interface FeedSide {
  /** A part is worth a few milliseconds at most, whatever stands in it. */
  readonly partBytes: number;
  give(bytes: Buffer): void;
  /** Told after all that came before it. */
  end(): void;
  /** False while nothing more is taken; `resume` is called then when that changes. */
  isOpen(): boolean;
  /** Nothing more should come before `goOn`; what comes all the same is kept. */
  halt(): void;
  goOn(): void;
}

export class PacedFeed {
  readonly #side: FeedSide;
  readonly #line: FeedLine;
  /** What has come and was not given on yet. */
  #waiting: Buffer[] = [];
  #isGiving = false;
  #isHalted = false;
  #hasEnded = false;

  constructor(side: FeedSide, line: FeedLine) {
    this.#side = side;
    this.#line = line;
  }

  take(bytes: Buffer): void {
    const { partBytes } = this.#side;
    const isShort = this.#waiting.length === 0 && bytes.length <= partBytes;
    if (isShort && this.#side.isOpen() && this.#line.takeAtOnce(bytes.length)) this.#side.give(bytes);
    else {
      this.#waiting.push(bytes);
      this.#line.busy.add(this);
      this.#isHalted = true;
      this.#side.halt();
      this.resume();
    }
  }

  end(): void {
    this.#hasEnded = true;
    if (this.#waiting.length === 0) this.#side.end();
  }

  resume(): void {
    if (!this.#isGiving) void this.#give();
  }

  /** Gives all on at once, whether it is wanted or not. */
  finish(): void {
    while (this.#waiting.length > 0) this.#side.give(this.#nextPart());
    this.#line.busy.delete(this);
  }

  /** What was not given on is the caller's now; nothing more is given. */
  leave(): Buffer {
    const rest = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#line.busy.delete(this);
    if (this.#isHalted) this.#side.goOn();
    this.#isHalted = false;
    return rest;
  }

  async #give(): Promise<void> {
    this.#isGiving = true;
    while (this.#side.isOpen() && this.#waiting.length > 0) {
      if (this.#line.pace.isDue) await this.#line.pace.yield();
      else this.#side.give(this.#nextPart());
    }
    this.#isGiving = false;
    if (this.#isHalted && this.#waiting.length === 0) this.#isDone();
  }

  #isDone(): void {
    this.#line.busy.delete(this);
    if (!this.#hasEnded && !this.#side.isOpen()) return;
    this.#isHalted = false;
    if (this.#hasEnded) this.#side.end();
    else this.#side.goOn();
  }

  #nextPart(): Buffer {
    const { partBytes } = this.#side;
    const [first = Buffer.alloc(0), ...others] = this.#waiting;
    if (first.length <= partBytes) {
      this.#waiting = others;
      return first;
    }
    this.#waiting[0] = first.subarray(partBytes);
    return first.subarray(0, partBytes);
  }
}
