// Lines that came before: a line is the same as an earlier one but for its value, and then nothing is parsed but the value.

/** FNV-1a's numbers. */
const [basis, prime] = [0x811c9dc5, 0x01000193];
const linesAtMost = 32_768;
/** Twice as many places as lines, a power of two. */
const places = linesAtMost * 2;
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
  readonly #slots = new Int32Array(places).fill(-1);
  readonly #hashes = new Uint32Array(linesAtMost);
  readonly #starts = new Uint32Array(linesAtMost);
  readonly #heads = new Uint16Array(linesAtMost);
  readonly #tails = new Uint16Array(linesAtMost);
  #meanings: Meaning[] = [];
  #bytes = new Uint8Array(64 * 1024);
  #used = 0;

  find(line: LinePlace): Meaning | undefined {
    const hash = hashOf(line);
    for (let slot = hash & (places - 1); ; slot = (slot + 1) & (places - 1)) {
      const number = this.#slots[slot] as number;
      if (number < 0) return undefined;
      if (this.#hashes[number] === hash && this.#isLine(number, line)) return this.#meanings[number];
    }
  }

  remember(line: LinePlace, meaning: Meaning): void {
    const { bytes, from, head, tail, to } = line;
    const size = head - from + (to - tail);
    if (size > lineAtMost) return;
    if (this.#meanings.length >= linesAtMost || this.#used + size > bytesAtMost) this.clear();
    this.#makeRoom(size);
    const number = this.#meanings.length;
    const hash = hashOf(line);
    this.#hashes[number] = hash;
    this.#starts[number] = this.#used;
    this.#heads[number] = head - from;
    this.#tails[number] = to - tail;
    this.#bytes.set(bytes.subarray(from, head), this.#used);
    this.#bytes.set(bytes.subarray(tail, to), this.#used + head - from);
    this.#used += size;
    this.#meanings.push(meaning);
    let slot = hash & (places - 1);
    while ((this.#slots[slot] as number) >= 0) slot = (slot + 1) & (places - 1);
    this.#slots[slot] = number;
  }

  clear(): void {
    this.#slots.fill(-1);
    this.#meanings = [];
    this.#used = 0;
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

function hashOf({ bytes, from, head, tail, to }: LinePlace): number {
  let hash = basis;
  for (let place = from; place < head; place += 1) hash = Math.imul(hash ^ (bytes[place] as number), prime);
  for (let place = tail; place < to; place += 1) hash = Math.imul(hash ^ (bytes[place] as number), prime);
  // The low bits alone choose the slot.
  return (hash ^ (hash >>> 15)) >>> 0;
}
