// Many byte strings that grow by a byte or two at a time, in a few large pieces of memory instead of an object each.

const cellBytes = 32;
const pageCells = 2048;
const none = -1;

/** Strings are numbered from 0 in the order in which they were added. */
export class ByteChains {
  readonly #pages: Uint8Array[] = [];
  /** Per cell: the one after it. */
  #next = new Int32Array(pageCells);
  #cells = 0;
  /** Per string: first cell, last cell, bytes. */
  #strings = new Int32Array(3 * 64);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** Memory in use. */
  get sizeBytes(): number {
    return this.#pages.length * pageCells * cellBytes + 4 * (this.#next.length + this.#strings.length);
  }

  /** Adds an empty string and tells its number. */
  create(): number {
    const at = this.#count * 3;
    if (at + 3 > this.#strings.length) this.#strings = grown(this.#strings);
    this.#strings[at] = none;
    this.#strings[at + 1] = none;
    this.#count += 1;
    return this.#count - 1;
  }

  lengthOf(string: number): number {
    return this.#strings[3 * string + 2] ?? 0;
  }

  append(string: number, bytes: Uint8Array, count = bytes.length): void {
    const at = 3 * string;
    let done = 0;
    while (done < count) {
      const length = this.#strings[at + 2] as number;
      const used = length % cellBytes;
      if (used === 0) this.#link(at);
      const cell = this.#strings[at + 1] as number;
      const taken = Math.min(count - done, cellBytes - used);
      const page = this.#pages[Math.floor(cell / pageCells)] as Uint8Array;
      const to = (cell % pageCells) * cellBytes + used;
      // A loop, since most appends are of one byte or two.
      for (let place = 0; place < taken; place += 1) page[to + place] = bytes[done + place] as number;
      this.#strings[at + 2] = length + taken;
      done += taken;
    }
  }

  /** Adds one to the last byte of a string that is not empty. */
  raiseLast(string: number): void {
    const cell = this.#strings[3 * string + 1] as number;
    const page = this.#pages[Math.floor(cell / pageCells)] as Uint8Array;
    const at = (cell % pageCells) * cellBytes + ((this.lengthOf(string) - 1) % cellBytes);
    page[at] = (page[at] as number) + 1;
  }

  /** A copy of the bytes from `from` on. */
  read(string: number, from = 0): Uint8Array {
    const length = this.lengthOf(string);
    const bytes = new Uint8Array(Math.max(0, length - from));
    let cell = this.#strings[3 * string] ?? none;
    for (let place = 0; place < length; place += cellBytes) {
      const start = Math.max(place, from);
      const end = Math.min(place + cellBytes, length);
      if (start < end) {
        const page = this.#pages[Math.floor(cell / pageCells)] as Uint8Array;
        const at = (cell % pageCells) * cellBytes - place;
        bytes.set(page.subarray(at + start, at + end), start - from);
      }
      cell = this.#next[cell] ?? none;
    }
    return bytes;
  }

  #link(at: number): void {
    const cell = this.#cells;
    if (cell % pageCells === 0) this.#pages.push(new Uint8Array(pageCells * cellBytes));
    if (cell >= this.#next.length) this.#next = grown(this.#next);
    this.#cells += 1;
    this.#next[cell] = none;
    const last = this.#strings[at + 1] as number;
    if (last === none) this.#strings[at] = cell;
    else this.#next[last] = cell;
    this.#strings[at + 1] = cell;
  }
}

function grown(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.ceil(array.length * 1.5) + 3);
  larger.set(array);
  return larger;
}
