// Lines that came before: a line is the same as an earlier one but for its value, and then nothing is parsed but the value.
import { randomInt } from "node:crypto";

/** FNV-1a's prime; its beginning is another for each table, so that nobody can choose lines that collide. */
const prime = 0x01000193;
const linesAtMost = 32_768;
/** Twice as many places as lines, a power of two. */
const places = linesAtMost * 2;
/** Places that are looked at for one line; what finds none free among them is parsed each time. */
const probesAtMost = 64;
const bytesAtMost = 4 * 1024 * 1024;
/** A longer line is parsed each time. */
const lineAtMost = 512;

/** A line in `bytes[from, to)` whose value stands in `bytes[head, tail)`. Made once and filled anew for each line. */
export interface LinePlace {
  bytes: Buffer;
  from: number;
  head: number;
  tail: number;
  to: number;
}

/**
 * Remembers what is before and behind a line's value, byte for byte, and what it stands for. Full, it forgets
 * everything: what still comes is back soon.
 */
export class KnownLines<Meaning> {
  readonly #seed = randomInt(2 ** 32);
  readonly #slots = new Int32Array(places).fill(-1);
  readonly #hashes = new Uint32Array(linesAtMost);
  readonly #starts = new Uint32Array(linesAtMost);
  readonly #heads = new Uint16Array(linesAtMost);
  readonly #tails = new Uint16Array(linesAtMost);
  #meanings: Meaning[] = [];
  #bytes = new Uint8Array(64 * 1024);
  #used = 0;

  find(line: LinePlace): Meaning | undefined {
    const number = this.#slots[this.#slotOf(line, hashOf(line, this.#seed))];
    return number === undefined || number < 0 ? undefined : this.#meanings[number];
  }

  /** A line that is known already gets another meaning. */
  remember(line: LinePlace, meaning: Meaning): void {
    const size = line.head - line.from + (line.to - line.tail);
    if (size > lineAtMost) return;
    if (this.#meanings.length >= linesAtMost || this.#used + size > bytesAtMost) this.clear();
    const hash = hashOf(line, this.#seed);
    const slot = this.#slotOf(line, hash);
    const known = this.#slots[slot];
    if (known === undefined) return;
    if (known >= 0) {
      this.#meanings[known] = meaning;
      return;
    }
    this.#slots[slot] = this.#meanings.length;
    this.#hashes[this.#meanings.length] = hash;
    this.#meanings.push(meaning);
    this.#write(this.#meanings.length - 1, line);
  }

  clear(): void {
    this.#slots.fill(-1);
    this.#meanings = [];
    this.#used = 0;
  }

  /** Where the line is, or could be; -1 when neither is within reach. */
  #slotOf(line: LinePlace, hash: number): number {
    let slot = hash & (places - 1);
    for (let probes = 0; probes < probesAtMost; probes += 1) {
      const number = this.#slots[slot] as number;
      if (number < 0 || (this.#hashes[number] === hash && this.#isLine(number, line))) return slot;
      slot = (slot + 1) & (places - 1);
    }
    return -1;
  }

  #write(number: number, { bytes, from, head, tail, to }: LinePlace): void {
    const size = head - from + (to - tail);
    this.#makeRoom(size);
    this.#starts[number] = this.#used;
    this.#heads[number] = head - from;
    this.#tails[number] = to - tail;
    this.#bytes.set(bytes.subarray(from, head), this.#used);
    this.#bytes.set(bytes.subarray(tail, to), this.#used + head - from);
    this.#used += size;
  }

  #isLine(number: number, { bytes, from, head, tail, to }: LinePlace): boolean {
    const headSize = head - from;
    const tailSize = to - tail;
    if (this.#heads[number] !== headSize || this.#tails[number] !== tailSize) return false;
    const start = this.#starts[number] as number;
    const known = this.#bytes;
    let place = 0;
    while (place < headSize && known[start + place] === bytes[from + place]) place += 1;
    if (place < headSize) return false;
    const shift = tail - headSize;
    const size = headSize + tailSize;
    while (place < size && known[start + place] === bytes[shift + place]) place += 1;
    return place === size;
  }

  #makeRoom(size: number): void {
    if (this.#used + size <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.min(bytesAtMost, this.#bytes.length * 2 + size));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

function hashOf({ bytes, from, head, tail, to }: LinePlace, seed: number): number {
  let hash = seed;
  for (let place = from; place < head; place += 1) hash = Math.imul(hash ^ (bytes[place] as number), prime);
  for (let place = tail; place < to; place += 1) hash = Math.imul(hash ^ (bytes[place] as number), prime);
  // The low bits alone choose the slot.
  return (hash ^ (hash >>> 15)) >>> 0;
}
