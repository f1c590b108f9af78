// Reads what a ByteWriter wrote. Damage shows as an error, never as a number out of nowhere or a text without end.

/** The bytes end too early, or say what cannot be. */
export class DamagedBytes extends Error {
  override readonly name = "DamagedBytes";
}

export class ByteReader {
  readonly #bytes: Buffer;
  #place = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#place;
  }

  varint(): number {
    const bytes = this.#bytes;
    let byte = this.#byte();
    if (byte < 128) return byte;
    let value = byte & 127;
    let factor = 128;
    for (;;) {
      if (this.#place >= bytes.length) throw new DamagedBytes("a number without end");
      byte = bytes[this.#place] ?? 0;
      this.#place += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return this.#whole(value);
      factor *= 128;
      if (factor > 2 ** 56) throw new DamagedBytes("a number that is too long");
    }
  }

  signed(): number {
    const code = this.varint();
    return code % 2 === 0 ? code / 2 : -(code + 1) / 2;
  }

  double(): number {
    this.#need(8);
    const value = this.#bytes.readDoubleLE(this.#place);
    this.#place += 8;
    return value;
  }

  text(): string {
    const size = this.varint();
    this.#need(size);
    const value = this.#bytes.toString("utf8", this.#place, this.#place + size);
    this.#place += size;
    return value;
  }

  #byte(): number {
    this.#need(1);
    const byte = this.#bytes[this.#place] ?? 0;
    this.#place += 1;
    return byte;
  }

  #whole(value: number): number {
    if (Number.isSafeInteger(value)) return value;
    throw new DamagedBytes("a number that is too large");
  }

  #need(count: number): void {
    if (count > this.left) throw new DamagedBytes("the end comes too early");
  }
}
