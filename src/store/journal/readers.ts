// The readers of the journal: those that are open and those of whom only the place is known, and what they lose.
import type { Position } from "../../formats/journal/position.ts";
import type { Origin } from "../../metric/metric.ts";
import type { Cursors } from "./cursors.ts";
import { JournalReader, type LossReason } from "./journal-reader.ts";
import type { Losses } from "./losses.ts";
import { contentsOf, type Extent } from "./segment-contents.ts";
import type { Segment } from "./segment-file.ts";

/** From when on a reader's losses count: always, or since somebody has taken something in its name. */
export type LossesCount = "always" | "once moved";

export interface ReadersNeeds {
  readonly cursors: Cursors;
  readonly losses: Losses;
  readonly segments: () => readonly Segment[];
  readonly oldestSecond: () => number;
  readonly onAdvance: () => void;
}

/** A segment that goes, or undefined where nobody knows what was there, and the place behind it. */
interface Gone {
  readonly segment: Segment | undefined;
  readonly behind: Position;
  readonly reason: LossReason | "read";
}

export class Readers {
  readonly #needs: ReadersNeeds;
  readonly #open = new Map<string, JournalReader>();
  readonly #wanted = new Set<Origin>();
  /** Those whose losses count only once they have moved. */
  readonly #unasked = new Set<string>();

  constructor(needs: ReadersNeeds) {
    this.#needs = needs;
  }

  get names(): readonly string[] {
    return [...new Set([...this.#needs.cursors.names, ...this.#open.keys()])];
  }

  /** Whether some reader wants what comes from there. */
  isWanted(origin: Origin): boolean {
    return this.#wanted.has(origin);
  }

  /** The same reader for the same name. */
  open(name: string, origins: readonly Origin[], count: LossesCount): JournalReader {
    const known = this.#open.get(name);
    if (known !== undefined) return known;
    for (const origin of origins) this.#wanted.add(origin);
    if (count === "once moved") this.#unasked.add(name);
    const { cursors, losses, segments, oldestSecond, onAdvance } = this.#needs;
    const reader = new JournalReader(name, origins, {
      cursors,
      segments,
      oldestSecond,
      onLoss: (loser, reason, metrics) => this.#lose(loser, reason, metrics),
      onDamage: (path, place) => losses.damaged(path, place),
      onAdvance,
    });
    this.#open.set(name, reader);
    return reader;
  }

  close(name: string): void {
    this.#open.delete(name);
  }

  /** Whether each reader has passed the segment, or wants nothing of it. `behindBatch` is the first one behind it. */
  async areDoneWith(segment: Segment, behindBatch: number): Promise<boolean> {
    const { names } = this;
    const waiting = names.filter((name) => this.#needs.cursors.get(name).batch < behindBatch);
    if (waiting.length === 0) return names.length > 0;
    const readers = waiting.map((name) => this.#open.get(name));
    // Of a reader that nobody has opened since the start it is not known what it wants.
    if (readers.includes(undefined)) return false;
    if (segment.origins === undefined) {
      const { extents, isWhole } = await contentsOf(segment);
      segment.origins = new Set(extents.map(({ origin }) => origin));
      segment.isDamaged = !isWhole;
    }
    const held = [...segment.origins];
    return (
      segment.isDamaged !== true && !readers.some((reader) => held.some((origin) => reader?.wants(origin)))
    );
  }

  /** Readers that have not come so far go on behind it; what they wanted of it counts as lost. */
  async skip({ segment, behind, reason }: Gone): Promise<void> {
    const { cursors } = this.#needs;
    const isBehind = (name: string) => cursors.get(name).batch < behind.batch;
    const isLoss = reason !== "read" && this.names.some(isBehind);
    const extents = isLoss && segment !== undefined ? (await contentsOf(segment)).extents : [];
    const late = this.names.filter(isBehind);
    if (reason !== "read")
      for (const name of late) this.#lose(name, reason, this.#wantedOf(name, extents, behind));
    // A reader without a place of its own begins at the oldest batch by itself.
    const moves = late.filter((name) => cursors.has(name)).map((name) => cursors.move(name, behind));
    cursors.start = behind;
    await Promise.all(moves);
  }

  /** Metrics up to `behind` that the reader wanted and has not had, those that cannot be read any more among them. */
  #wantedOf(name: string, extents: readonly Extent[], behind: Position): number {
    const reader = this.#open.get(name);
    const accounted = Math.max(this.#needs.cursors.get(name).metric, reader?.accountedMetric ?? 0);
    let metrics = behind.metric - accounted;
    for (const { origin, fromMetric, toMetric } of extents)
      if (reader?.wants(origin) === false)
        metrics -= Math.max(0, Math.min(toMetric, behind.metric) - Math.max(fromMetric, accounted));
    return Math.max(0, metrics);
  }

  #lose(name: string, reason: LossReason, metrics: number): void {
    const counts = !this.#unasked.has(name) || this.#needs.cursors.has(name);
    if (counts && metrics > 0) this.#needs.losses.lost(name, reason, metrics);
  }
}
