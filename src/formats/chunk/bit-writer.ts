// Bits one after the other, the highest of each number first, in a buffer that grows.

const firstBytes = 1024;
const digitBits = 24;
const digit = 2 ** digitBits;

export class BitWriter {
  #bytes = new Uint8Array(firstBytes);
  #length = 0;
  /** Fewer than eight bits that fill no byte yet. */
  #rest = 0;
  #restBits = 0;

  /** Bits so far. */
  get bits(): number {
    return this.#length * 8 + this.#restBits;
  }

  clear(): void {
    this.#length = 0;
    this.#rest = 0;
    this.#restBits = 0;
  }

  /** A copy, the last byte filled up with zeros. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#length + (this.#restBits > 0 ? 1 : 0));
    bytes.set(this.#bytes.subarray(0, this.#length));
    if (this.#restBits > 0) bytes[this.#length] = this.#rest << (8 - this.#restBits);
    return bytes;
  }

  /** A whole number of at most 24 bits. */
  put(value: number, bits: number): void {
    if (this.#length + 8 > this.#bytes.length) this.#grow();
    let rest = (this.#rest << bits) | value;
    let count = this.#restBits + bits;
    while (count >= 8) {
      count -= 8;
      this.#bytes[this.#length] = rest >>> count;
      this.#length += 1;
    }
    rest &= (1 << count) - 1;
    this.#rest = rest;
    this.#restBits = count;
  }

  /** A whole number of at most 53 bits. */
  putWide(value: number, bits: number): void {
    if (bits <= digitBits) {
      this.put(value, bits);
      return;
    }
    const high = Math.floor(value / digit);
    this.putWide(high, bits - digitBits);
    this.put(value - high * digit, digitBits);
  }

  /** A whole number from 0 to 2^53 - 1, preceded by how many bits it has. */
  putSized(value: number): void {
    const bits = bitsOf(value);
    this.put(bits, 6);
    this.putWide(value, bits);
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** How many bits a whole number from 0 to 2^53 - 1 needs; none for 0. Exact, unlike a logarithm. */
export function bitsOf(value: number): number {
  return value < 2 ** 32 ? 32 - Math.clz32(value) : 64 - Math.clz32(value / 2 ** 32);
}
