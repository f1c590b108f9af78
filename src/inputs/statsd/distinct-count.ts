// How many different texts there were: exactly for few, by a HyperLogLog for many, in bounded room (Flajolet et al. 2007).

const exactAtMost = 1024;
const exactAtFirst = 8;
const registerBits = 12;
const registers = 2 ** registerBits;
/** Standard error of the estimate: about 1.6 %. */
const bias = 0.7213 / (1 + 1.079 / registers);
const numberBytes = 8;
const space = 2 ** 32;

/** What many counts share. */
export interface DistinctRoom {
  freeBytes: number;
}

/** Of the texts only hashes of 53 bits are kept: two of a thousand are the same once in 10^10 times. */
export class DistinctCount {
  readonly #room: DistinctRoom;
  /** Sorted. */
  #hashes = new Float64Array(0);
  #size = 0;
  #highest: Uint8Array | undefined;

  constructor(room: DistinctRoom) {
    this.#room = room;
  }

  get count(): number {
    return this.#highest === undefined ? this.#size : Math.round(estimateOf(this.#highest));
  }

  /** False when the text is new and there is no room for it. */
  add(text: string): boolean {
    const hash = hashOf(text);
    if (this.#highest === undefined) return this.#keep(hash);
    note(this.#highest, hash);
    return true;
  }

  /** Gives back all room; nothing was counted then. */
  clear(): void {
    this.#room.freeBytes += this.#hashes.byteLength + (this.#highest?.byteLength ?? 0);
    this.#hashes = new Float64Array(0);
    this.#size = 0;
    this.#highest = undefined;
  }

  #keep(hash: number): boolean {
    const place = placeIn(this.#hashes, this.#size, hash);
    if (place < this.#size && this.#hashes[place] === hash) return true;
    if (this.#size >= exactAtMost) return this.#estimateFromNowOn(hash);
    if (this.#size >= this.#hashes.length && !this.#grow()) return false;
    this.#hashes.copyWithin(place + 1, place, this.#size);
    this.#hashes[place] = hash;
    this.#size += 1;
    return true;
  }

  #grow(): boolean {
    const length = Math.max(exactAtFirst, this.#hashes.length * 2);
    const moreBytes = (length - this.#hashes.length) * numberBytes;
    if (this.#room.freeBytes < moreBytes) return false;
    this.#room.freeBytes -= moreBytes;
    const larger = new Float64Array(length);
    larger.set(this.#hashes);
    this.#hashes = larger;
    return true;
  }

  /** The registers are smaller than what they replace. */
  #estimateFromNowOn(hash: number): true {
    const highest = new Uint8Array(registers);
    for (const known of this.#hashes) note(highest, known);
    note(highest, hash);
    this.clear();
    this.#room.freeBytes -= highest.byteLength;
    this.#highest = highest;
    return true;
  }
}

/** The first place among the sorted ones whose value is not below. */
function placeIn(sorted: Float64Array, size: number, hash: number): number {
  let [low, high] = [0, size];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < hash) low = middle + 1;
    else high = middle;
  }
  return low;
}

function note(highest: Uint8Array, hash: number): void {
  // The low 32 bits.
  const low = (hash % space) >>> 0;
  const register = low >>> (32 - registerBits);
  const rank = Math.min(Math.clz32(low << registerBits), 32 - registerBits) + 1;
  if (rank > (highest[register] ?? 0)) highest[register] = rank;
}

function estimateOf(highest: Uint8Array): number {
  let sum = 0;
  let empty = 0;
  for (const rank of highest) {
    sum += 2 ** -rank;
    if (rank === 0) empty += 1;
  }
  const raw = (bias * registers * registers) / sum;
  if (raw <= 2.5 * registers && empty > 0) return registers * Math.log(registers / empty);
  return raw > space / 30 ? -space * Math.log(1 - raw / space) : raw;
}

/** Two runs of FNV-1a with different primes, mixed by Murmur's last steps: 32 bits of one, 21 of the other. */
function hashOf(text: string): number {
  let one = 0x811c9dc5;
  let other = 0x2545f491;
  for (let place = 0; place < text.length; place += 1) {
    const code = text.charCodeAt(place);
    one = Math.imul(one ^ code, 0x01000193);
    other = Math.imul(other ^ code, 0x5bd1e995);
  }
  return (mixed(other) & 0x1fffff) * space + mixed(one);
}

function mixed(hash: number): number {
  let bits = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
