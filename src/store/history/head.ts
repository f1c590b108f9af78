// The head of a span: its points in memory until a block is made of them, and what of them is not on disk yet.
import type { Points } from "../../formats/chunk/chunk.ts";
import { newStream, putPoint, written } from "../../formats/chunk/point-stream.ts";
import { readStream } from "../../formats/chunk/stream-reader.ts";
import { ownText } from "../../kernel/own-text.ts";
import { ByteChains } from "./byte-chains.ts";
import { inOrder } from "./series-points.ts";

/** New bytes of a series. */
export interface Growth {
  readonly number: number;
  /** Present when this is the first that is told of the series. */
  readonly key?: string;
  /** Where in the series' bytes these begin. */
  readonly from: number;
  readonly bytes: Uint8Array;
}

const noScale = -1;
/** Loaded from the arrays and stored back for each point: an object for each series would be most of the memory. */
const state = newStream();
const flags = { lost: 0x80, run: 0x7f } as const;

/** Points of a span; slots count from its start. */
export class Head {
  readonly startMs: number;
  readonly openedAtMs: number;
  readonly #numbers = new Map<string, number>();
  readonly #chains = new ByteChains();
  /** Per series: last slot, last value. */
  #last = new Float64Array(2 * 64);
  /** Per series: bytes that the log has; -1 when it does not know the series. */
  #logged = new Int32Array(64);
  #scale = new Int8Array(64);
  #flags = new Uint8Array(64);
  #points = 0;
  /** True once nothing more is taken: a block is to be made. */
  ended = false;
  /** Which block of its span this becomes; undefined until the directory is known. */
  part: number | undefined;
  /** There is no log yet, or it may hold half a frame: it has to be written whole. */
  needsWholeLog = true;

  constructor(startMs: number, openedAtMs: number) {
    this.startMs = startMs;
    this.openedAtMs = openedAtMs;
  }

  get seriesCount(): number {
    return this.#numbers.size;
  }

  get pointCount(): number {
    return this.#points;
  }

  get sizeBytes(): number {
    return this.#chains.sizeBytes;
  }

  has(key: string): boolean {
    return this.#numbers.has(key);
  }

  keys(): IterableIterator<string> {
    return this.#numbers.keys();
  }

  add(key: string, slot: number, value: number): void {
    const number = this.#numbers.get(key) ?? this.#create(key, false);
    this.#load(number);
    const count = putPoint(state, slot, value);
    if (count < 0) this.#chains.raiseLast(number);
    else this.#chains.append(number, written, count);
    this.#store(number);
    this.#points += 1;
  }

  /** Points of a series in order; undefined when there are none. */
  pointsOf(key: string): Points | undefined {
    const number = this.#numbers.get(key);
    const points = number === undefined ? undefined : readStream(this.#chains.read(number));
    return points === undefined ? undefined : inOrder(points);
  }

  /** What the log lacks, or everything for a log that begins anew. Telling it means that the log has it. */
  *growth(whole: boolean): Generator<Growth> {
    for (const [key, number] of this.#numbers) {
      const logged = whole ? -1 : (this.#logged[number] as number);
      const length = this.#chains.lengthOf(number);
      if (length <= logged) continue;
      const from = Math.max(0, logged);
      const bytes = this.#chains.read(number, from);
      this.#logged[number] = length;
      // What the log has must not change any more: a run goes on in a byte of its own.
      this.#flags[number] = (this.#flags[number] as number) & flags.lost;
      yield logged < 0 ? { number, key, from, bytes } : { number, from, bytes };
    }
  }

  /** Takes back what `growth` told, in that order; false when it does not fit to what is here. */
  restore({ number, key, from, bytes }: Growth): boolean {
    if (key !== undefined && (number !== this.#chains.count || this.#numbers.has(key))) return false;
    if (key !== undefined) this.#create(key, true);
    if (number >= this.#chains.count || from !== this.#chains.lengthOf(number)) return false;
    this.#chains.append(number, bytes);
    this.#logged[number] = this.#chains.lengthOf(number);
    return true;
  }

  /** Says how many points all that was restored stands for. */
  restoreCount(points: number): void {
    this.#points = points;
  }

  #create(key: string, lost: boolean): number {
    const number = this.#chains.create();
    if (number >= this.#logged.length) this.#grow();
    this.#numbers.set(ownText(key), number);
    this.#logged[number] = -1;
    this.#last[2 * number] = -1;
    this.#last[2 * number + 1] = 0;
    this.#scale[number] = noScale;
    this.#flags[number] = lost ? flags.lost : 0;
    return number;
  }

  #load(number: number): void {
    const flag = this.#flags[number] as number;
    state.slot = this.#last[2 * number] as number;
    state.value = this.#last[2 * number + 1] as number;
    state.scale = this.#scale[number] as number;
    state.run = flag & flags.run;
    state.lost = flag >= flags.lost;
  }

  #store(number: number): void {
    this.#last[2 * number] = state.slot;
    this.#last[2 * number + 1] = state.value;
    this.#scale[number] = state.scale;
    this.#flags[number] = state.run;
  }

  #grow(): void {
    const size = Math.ceil(this.#logged.length * 1.5);
    const enlarged = <Numbers extends { set(from: Numbers): void }>(larger: Numbers, from: Numbers) => {
      larger.set(from);
      return larger;
    };
    this.#last = enlarged(new Float64Array(2 * size), this.#last);
    this.#logged = enlarged(new Int32Array(size), this.#logged);
    this.#scale = enlarged(new Int8Array(size), this.#scale);
    this.#flags = enlarged(new Uint8Array(size), this.#flags);
  }
}
