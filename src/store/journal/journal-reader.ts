// One reader of the journal: takes slices from its place on, and moves the place when what it took has arrived.
import type { StoredBatch } from "../../formats/journal/block.ts";
import { origin, type Position } from "../../formats/journal/position.ts";
import type { Origin } from "../../metric/metric.ts";
import type { Cursors } from "./cursors.ts";
import { type PlacedBatch, type ScannerNeeds, SegmentScanner } from "./segment-scanner.ts";

export interface Slice {
  /** In order of arrival; only of the reader's origins. */
  readonly batches: readonly StoredBatch[];
  /** The place of each batch's first metric: how many were written before it, ever. */
  readonly firstMetrics: readonly number[];
  /** Give it to `advance` when the batches have arrived where they belong. */
  readonly to: Position;
}

export interface SliceLimit {
  /** Records, that is seconds of arrival. */
  readonly records: number;
  /** About as many as the batches take in JSON. A batch that exceeds it is given whole when it is the first. */
  readonly bytes: number;
}

/** Why metrics were lost for a reader. */
export type LossReason = "age" | "size" | "damage";

export interface ReaderNeeds extends ScannerNeeds {
  readonly cursors: Cursors;
  /** Batches that arrived before this second are too old to be given. */
  readonly oldestSecond: () => number;
  readonly onLoss: (reader: string, reason: LossReason, metrics: number) => void;
  readonly onAdvance: () => void;
}

export class JournalReader {
  readonly name: string;
  readonly #origins: readonly Origin[];
  readonly #needs: ReaderNeeds;
  readonly #scanner: SegmentScanner;
  /** Where the last slice ended. */
  #place: Position | undefined;
  /** Decoded and not taken yet, and the place behind all that was decoded. */
  #ready: PlacedBatch[] = [];
  #taken = 0;
  #decodedTo: Position = origin;
  #reading: Promise<unknown> = Promise.resolve();
  /** Metrics before this place are accounted for: given, or counted as lost. */
  #accountedMetric = 0;

  constructor(name: string, origins: readonly Origin[], needs: ReaderNeeds) {
    this.name = name;
    this.#origins = origins;
    this.#needs = needs;
    this.#scanner = new SegmentScanner(needs);
  }

  wants(origin: Origin): boolean {
    return this.#origins.includes(origin);
  }

  /** Metrics before this have been counted as lost already. */
  get accountedMetric(): number {
    return this.#accountedMetric;
  }

  /** How far the reader has come for good. */
  get position(): Position {
    return this.#needs.cursors.get(this.name);
  }

  /** What comes after `from`, which is the reader's own place when absent. Moves nothing. */
  async read(limit: SliceLimit, from?: Position): Promise<Slice> {
    return await this.#inTurn(() => this.#take(limit, from ?? this.position));
  }

  /** Hands a slice out once: what `read` gives, with the place moved behind it. Two callers get different slices. */
  async drain(limit: SliceLimit): Promise<Slice> {
    return await this.#inTurn(async () => {
      const slice = await this.#take(limit, this.position);
      await this.#move(slice.to);
      return slice;
    });
  }

  /** Resolves when the move is on disk. A place that lies before the present one moves nothing. */
  async advance(to: Position): Promise<void> {
    await this.#inTurn(() => this.#move(to));
  }

  async #move(to: Position): Promise<void> {
    if (to.batch <= this.position.batch) return;
    await this.#needs.cursors.move(this.name, to);
    this.#needs.onAdvance();
  }

  #inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const turn = this.#reading.then(work);
    this.#reading = turn.catch(() => undefined);
    return turn;
  }

  async #take(limit: SliceLimit, from: Position): Promise<Slice> {
    try {
      return await this.#collect(limit, from);
    } catch (thrown) {
      // Wherever the scanner got stuck: the next reader of this place begins anew.
      this.#place = undefined;
      throw thrown;
    }
  }

  async #collect(limit: SliceLimit, from: Position): Promise<Slice> {
    this.#goTo(from);
    const batches: StoredBatch[] = [];
    const firstMetrics: number[] = [];
    let to = from;
    let bytes = 0;
    let firstRecord: number | undefined;
    for (let placed = await this.#peek(); placed !== undefined; placed = await this.#peek()) {
      firstRecord ??= placed.record;
      const size = bytesOf(placed.batch);
      const full = placed.record - firstRecord >= limit.records || bytes + size > limit.bytes;
      if (full && batches.length > 0) break;
      this.#taken += 1;
      to = placed.next;
      if (!this.#isWanted(placed)) continue;
      batches.push(placed.batch);
      firstMetrics.push(placed.next.metric - placed.batch.metrics.length);
      bytes += size;
    }
    this.#place = to;
    return { batches, firstMetrics, to };
  }

  #isWanted({ batch, next }: PlacedBatch): boolean {
    if (!this.wants(batch.origin)) return false;
    if (Math.floor(batch.arrivedMs / 1000) >= this.#needs.oldestSecond()) return true;
    this.#account("age", next.metric - batch.metrics.length, next.metric);
    return false;
  }

  /** A loss is counted when it is first seen, however often the place is looked at. */
  #account(reason: LossReason, fromMetric: number, toMetric: number): void {
    const lost = toMetric - Math.max(fromMetric, this.#accountedMetric);
    if (lost <= 0) return;
    this.#accountedMetric = toMetric;
    this.#needs.onLoss(this.name, reason, lost);
  }

  #goTo(from: Position): void {
    if (this.#place?.batch === from.batch) return;
    this.#place = from;
    this.#decodedTo = from;
    this.#ready = [];
    this.#taken = 0;
    this.#scanner.seek(from.batch);
  }

  /** The next batch behind the place; decodes more when there is none. */
  async #peek(): Promise<PlacedBatch | undefined> {
    while (this.#taken >= this.#ready.length) {
      const fresh = await this.#scanner.next();
      if (fresh === undefined) return undefined;
      const before = this.#decodedTo;
      this.#ready = fresh.filter(({ next }) => next.batch > before.batch);
      this.#taken = 0;
      this.#countGap(before, this.#ready[0]);
      this.#decodedTo = this.#ready.at(-1)?.next ?? before;
    }
    return this.#ready[this.#taken];
  }

  /** Frames that could not be read leave a hole in the numbers. Dropped segments were counted when they went. */
  #countGap(place: Position, first: PlacedBatch | undefined): void {
    if (first === undefined) return;
    const oldest = this.#needs.segments()[0]?.firstBatch ?? 0;
    if (place.batch >= oldest)
      this.#account("damage", place.metric, first.next.metric - first.batch.metrics.length);
  }
}

/** Names, and a number and some signs for each. */
function bytesOf({ host, metrics }: StoredBatch): number {
  let bytes = 60 + host.length;
  for (const { name, tags } of metrics) {
    bytes += name.length + 25;
    for (const tag in tags) bytes += tag.length + (tags[tag]?.length ?? 0) + 2;
  }
  return bytes;
}
