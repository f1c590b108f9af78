// Reads what a BitWriter wrote. Whoever reads asks now and then whether the end was passed.

/** The bits end too early, or say what cannot be. */
export class DamagedBits extends Error {
  override readonly name = "DamagedBits";
}

const slackBytes = 16;
const digitBits = 24;
const digit = 2 ** digitBits;

export class BitReader {
  #bytes = new Uint8Array(1024);
  #endBits = 0;
  #place = 0;

  /** Starts on these bytes. They are copied, so that reading a little past the end finds zeros. */
  load(bytes: Uint8Array): void {
    if (bytes.length + slackBytes > this.#bytes.length) {
      this.#bytes = new Uint8Array(2 * bytes.length + slackBytes);
    }
    this.#bytes.set(bytes);
    this.#bytes.fill(0, bytes.length, bytes.length + slackBytes);
    this.#endBits = bytes.length * 8;
    this.#place = 0;
  }

  /** Throws DamagedBits when more was read than there is. */
  check(): void {
    if (this.#place > this.#endBits) throw new DamagedBits("the end comes too early");
  }

  /** A number of at most 24 bits. */
  get(bits: number): number {
    const value = bits === 0 ? 0 : this.#peek() >>> (32 - bits);
    this.#place += bits;
    return value;
  }

  /** A number of at most 53 bits. */
  getWide(bits: number): number {
    if (bits <= digitBits) return this.get(bits);
    const high = this.getWide(bits - digitBits);
    return high * digit + this.get(digitBits);
  }

  getSized(): number {
    const bits = this.get(6);
    if (bits > 53) throw new DamagedBits("a number that is too large");
    return this.getWide(bits);
  }

  /** How many ones come next, up to `limit` (at most 24); the zero that ends them is read too. */
  countOnes(limit: number): number {
    const ones = Math.clz32(~this.#peek());
    if (ones >= limit) {
      this.#place += limit;
      return limit;
    }
    this.#place += ones + 1;
    return ones;
  }

  /** The next bits at the top of 32, at least 25 of them. */
  #peek(): number {
    const at = this.#place >>> 3;
    if (at + 4 > this.#bytes.length) throw new DamagedBits("the end comes too early");
    const bytes = this.#bytes;
    const word =
      ((bytes[at] as number) << 24) |
      ((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number);
    return word << (this.#place & 7);
  }
}
