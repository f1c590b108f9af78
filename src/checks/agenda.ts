// What is due when: one timer for any number of entries, on the monotonic clock. Entries due close together go together.
import type { Clock, Timer } from "../kernel/clock.ts";

interface Planned<Entry> {
  readonly entry: Entry;
  readonly dueMs: number;
}

/** Entries within this are taken with one waking: 2,000 entries every 10 s are 20 wakings a second, not 200. */
const graspMs = 50;
/** Places of the heap beyond twice what is planned. */
const staleAtMost = 1000;

export class Agenda<Entry> {
  readonly #clock: Clock;
  readonly #run: (entry: Entry, dueMs: number) => void;
  /** A heap: each is due no later than the two at twice its place. What was planned anew stays a while. */
  #heap: Planned<Entry>[] = [];
  readonly #planned = new Map<Entry, number>();
  #timer: Timer | undefined;
  #wakesMs = Number.POSITIVE_INFINITY;

  /** `run` is told when the entry was due; it plans it again. */
  constructor(clock: Clock, run: (entry: Entry, dueMs: number) => void) {
    this.#clock = clock;
    this.#run = run;
  }

  get size(): number {
    return this.#planned.size;
  }

  /** Places that are held, also for what was planned anew or taken away. */
  get held(): number {
    return this.#heap.length;
  }

  /** Undefined: not planned. */
  dueOf(entry: Entry): number | undefined {
    return this.#planned.get(entry);
  }

  /** In place of what was planned for the entry before. */
  plan(entry: Entry, dueMs: number): void {
    this.#planned.set(entry, dueMs);
    push(this.#heap, { entry, dueMs });
    this.#tidy();
    this.#arm();
  }

  remove(entry: Entry): void {
    if (this.#planned.delete(entry)) this.#tidy();
  }

  stop(): void {
    this.#planned.clear();
    this.#heap = [];
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /** What was taken away would else hold its memory until it is due, which may be days. A sorted list is a heap. */
  #tidy(): void {
    if (this.#heap.length <= 2 * this.#planned.size + staleAtMost) return;
    const planned = [...this.#planned].map(([entry, dueMs]) => ({ entry, dueMs }));
    this.#heap = planned.sort((one, other) => one.dueMs - other.dueMs);
  }

  #arm(): void {
    const [next] = this.#heap;
    if (next === undefined || next.dueMs >= this.#wakesMs) return;
    this.#timer?.cancel();
    this.#wakesMs = next.dueMs;
    this.#timer = this.#clock.after(Math.max(0, next.dueMs - this.#clock.monotonicMs()), () => this.#wake());
  }

  #wake(): void {
    this.#wakesMs = Number.POSITIVE_INFINITY;
    const untilMs = this.#clock.monotonicMs() + graspMs;
    const due: Planned<Entry>[] = [];
    for (let [next] = this.#heap; next !== undefined && next.dueMs <= untilMs; [next] = this.#heap) {
      pop(this.#heap);
      // Planned anew, or taken away, since.
      if (this.#planned.get(next.entry) !== next.dueMs) continue;
      this.#planned.delete(next.entry);
      due.push(next);
    }
    for (const { entry, dueMs } of due) this.#run(entry, dueMs);
    this.#arm();
  }
}

function push<Entry>(heap: Planned<Entry>[], added: Planned<Entry>): void {
  let place = heap.length;
  heap.push(added);
  while (place > 0) {
    const above = (place - 1) >> 1;
    const upper = heap[above];
    if (upper === undefined || upper.dueMs <= added.dueMs) break;
    heap[place] = upper;
    place = above;
  }
  heap[place] = added;
}

function pop<Entry>(heap: Planned<Entry>[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let place = 0;
  for (;;) {
    const below = soonerOf(heap, 2 * place + 1);
    const lower = heap[below];
    if (lower === undefined || lower.dueMs >= last.dueMs) break;
    heap[place] = lower;
    place = below;
  }
  heap[place] = last;
}

function soonerOf<Entry>(heap: readonly Planned<Entry>[], left: number): number {
  const one = heap[left];
  const other = heap[left + 1];
  return one !== undefined && other !== undefined && other.dueMs < one.dueMs ? left + 1 : left;
}
