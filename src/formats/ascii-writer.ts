// Text of numbers and punctuation as bytes: for answers of millions of characters, without a string for each number.

const [zero, minus, dot] = [0x30, 0x2d, 0x2e];
/** Whole numbers up to here are written by arithmetic on 32 bits. */
const half = 1e8;
const thousandths = 1e3;
const millionths = 1e6;
/** Numbers below this times a million are whole numbers that a double holds. */
const scaledLimit = 9e9;

export class AsciiWriter {
  #bytes: Buffer;
  #length = 0;

  /** Room for what is expected: untouched memory costs nothing, growing does. */
  constructor(expectedBytes = 16 * 1024) {
    this.#bytes = Buffer.allocUnsafe(expectedBytes);
  }

  /** ASCII only. */
  text(text: string): void {
    this.#makeRoom(text.length);
    this.#length += this.#bytes.write(text, this.#length, "latin1");
  }

  /** Anything, as UTF-8. */
  unicode(text: string): void {
    this.#makeRoom(text.length * 3);
    this.#length += this.#bytes.write(text, this.#length, "utf8");
  }

  byte(byte: number): void {
    this.#makeRoom(1);
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  /** A finite number, so that reading it gives the same one. */
  number(value: number): void {
    const size = Math.abs(value);
    if (!(size < scaledLimit) || Object.is(value, -0)) {
      this.text(Object.is(value, -0) ? "-0" : String(value));
      return;
    }
    const scale = Number.isInteger(size) ? 1 : scaleOf(size);
    if (scale === 0) {
      this.text(String(value));
      return;
    }
    this.#makeRoom(24);
    if (value < 0) this.#put(minus);
    const whole = Math.floor(size);
    this.#whole(whole);
    if (scale > 1) this.#fraction(Math.round(size * scale) - whole * scale, scale);
  }

  /** Bytes that were written. */
  get length(): number {
    return this.#length;
  }

  /** What was written; the writer must not be used any more. */
  bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #whole(value: number): void {
    if (value < half) {
      this.#digits(value, 1);
      return;
    }
    const high = Math.floor(value / half);
    this.#digits(high, 1);
    this.#digits(value - high * half, 8);
  }

  /** Without the zeros at its end. */
  #fraction(value: number, scale: number): void {
    let digits = scale === thousandths ? 3 : 6;
    let left = value;
    while (left % 10 === 0) {
      left /= 10;
      digits -= 1;
    }
    this.#put(dot);
    this.#digits(left, digits);
  }

  /** With zeros before it where it has fewer digits. */
  #digits(value: number, atLeast: number): void {
    let count = 1;
    for (let limit = 10; limit <= value; limit *= 10) count += 1;
    if (count < atLeast) count = atLeast;
    let left = value;
    for (let at = this.#length + count - 1; at >= this.#length; at -= 1) {
      const next = (left / 10) | 0;
      this.#bytes[at] = zero + left - next * 10;
      left = next;
    }
    this.#length += count;
  }

  #put(byte: number): void {
    this.#bytes[this.#length] = byte;
    this.#length += 1;
  }

  #makeRoom(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#length + count, this.#bytes.length * 2));
    this.#bytes.copy(larger, 0, 0, this.#length);
    this.#bytes = larger;
  }
}

/** The scale at which the number is the nearest double of a decimal; 0 when it has more than six places. */
function scaleOf(size: number): number {
  if (Math.round(size * thousandths) / thousandths === size) return thousandths;
  return Math.round(size * millionths) / millionths === size ? millionths : 0;
}
