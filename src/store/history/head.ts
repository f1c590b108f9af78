// The head of a span: its points in memory until a block is made of them, and what of them is not on disk yet.
import type { Points } from "../../formats/chunk/chunk.ts";
import { newStream, putPoint, written } from "../../formats/chunk/point-stream.ts";
import { readStream } from "../../formats/chunk/stream-reader.ts";
import { ownText } from "../../kernel/own-text.ts";
import type { Aggregation, AggregationOf } from "./aggregation.ts";
import { ByteChains } from "./byte-chains.ts";
import { inOrder } from "./series-points.ts";
import { withoutNoise } from "./sum.ts";

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
/** What becomes of a second value in a slot. */
const folds = ["last", "sum", "min", "max"] as const satisfies readonly Aggregation[];
type Fold = (typeof folds)[number];
const lastFold = folds.indexOf("last");
/** Above a moment within a slot: more than one value stands in the slot. */
const folded = 0x8000_0000;
/** Loaded from the arrays and stored back for each point: an object for each series would be most of the memory. */
const state = newStream();
const flags = { lost: 0x80, run: 0x7f } as const;

/**
 * Points of a span; slots count from its start. A further value in the newest slot of a series joins the one that is
 * there, as the series' aggregation says: one with the same time takes its place, since it was sent twice.
 */
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
  /** Per series: where `folds` has what becomes of a second value in a slot. */
  #fold = new Uint8Array(64);
  /** Per series: when within its slot the newest value was; with `folded`. */
  #moment = new Uint32Array(64);
  readonly #aggregationOf: AggregationOf;
  #flags = new Uint8Array(64);
  #points = 0;
  /** True once nothing more is taken: a block is to be made. */
  ended = false;
  /** Which block of its span this becomes; undefined until the directory is known. */
  part: number | undefined;
  /** There is no log yet, or it may hold half a frame: it has to be written whole. */
  needsWholeLog = true;

  /** Points when it was looked at last, and since when there have been no more. */
  #seenPoints = -1;
  #quietSinceMs = Number.NEGATIVE_INFINITY;

  constructor(startMs: number, openedAtMs: number, aggregationOf: AggregationOf) {
    this.#aggregationOf = aggregationOf;
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

  /** Since when nothing came, as far as this was asked before. */
  quietSinceMs(nowMs: number): number {
    if (this.#seenPoints >= 0 && this.#points !== this.#seenPoints) this.#quietSinceMs = nowMs;
    this.#seenPoints = this.#points;
    return this.#quietSinceMs;
  }

  /** `moment`: milliseconds since the beginning of the slot. */
  add(key: string, slot: number, given: number, moment: number): void {
    const number = this.#numbers.get(key) ?? this.#create(key, false);
    const value =
      this.#fold[number] === lastFold ? given : this.#joined(number, { slot, value: given, moment });
    if (value === undefined) return;
    this.#load(number);
    const count = putPoint(state, slot, value);
    if (count < 0) this.#chains.raiseLast(number);
    else this.#chains.append(number, written, count);
    this.#store(number);
    this.#points += 1;
  }

  /** What stands in the slot afterwards; undefined where that is what stands there now. */
  #joined(number: number, { slot, value, moment }: { slot: number; value: number; moment: number }) {
    const before = this.#newest(number);
    const known = this.#moment[number] as number;
    this.#moment[number] = moment;
    if (before === undefined || before.slot !== slot) return value;
    const isFolded = known >= folded;
    if (moment === known % folded && before.isKnown) {
      this.#moment[number] = known;
      return isFolded ? undefined : value;
    }
    this.#moment[number] = moment + folded;
    return joinedBy(folds[this.#fold[number] as number] ?? "last", before.value, value);
  }

  /** The newest slot of a series and its value; when within it that was is not known of what a log gave back. */
  #newest(number: number): { slot: number; value: number; isKnown: boolean } | undefined {
    const [slot, value] = [this.#last[2 * number] as number, this.#last[2 * number + 1] as number];
    if ((this.#flags[number] as number) < flags.lost) return { slot, value, isKnown: true };
    const points = readStream(this.#chains.read(number));
    const place = (points?.slots.length ?? 0) - 1;
    if (points === undefined || place < 0) return undefined;
    const [values] = points.columns;
    return { slot: points.slots[place] as number, value: values?.[place] as number, isKnown: false };
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
    this.#fold[number] = foldOf(this.#aggregationOf(key));
    this.#moment[number] = 0;
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
    this.#fold = enlarged(new Uint8Array(size), this.#fold);
    this.#moment = enlarged(new Uint32Array(size), this.#moment);
    this.#flags = enlarged(new Uint8Array(size), this.#flags);
  }
}

/** Where the mean is kept, the newest value stands for its slot, as with a gauge. */
function foldOf(aggregation: Aggregation): number {
  return Math.max(
    lastFold,
    folds.findIndex((fold) => fold === aggregation),
  );
}

function joinedBy(fold: Fold, before: number, value: number): number {
  if (fold === "sum") return withoutNoise(before + value);
  if (fold === "min") return Math.min(before, value);
  return fold === "max" ? Math.max(before, value) : value;
}
