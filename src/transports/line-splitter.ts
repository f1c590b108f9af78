// Whole lines out of a stream of bytes, with a limit on how long a line may be.

const newline = 0x0a;

export class LineSplitter {
  readonly #limitBytes: number;
  /** Begun and not ended yet. */
  #rest: Buffer[] = [];
  #restBytes = 0;
  /** True while what comes belongs to a line that is too long. */
  #skipping = false;
  #tooLong = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** Lines that were dropped for their length. */
  get tooLong(): number {
    return this.#tooLong;
  }

  /** The whole lines that the chunk ends, with their ends; undefined when it ends none. */
  take(chunk: Buffer): Buffer | undefined {
    const last = chunk.lastIndexOf(newline);
    if (last < 0) {
      this.#keep(chunk);
      return undefined;
    }
    const first = this.#restBytes > 0 || this.#skipping ? chunk.indexOf(newline) : -1;
    const whole = this.#completed(chunk, { first, last });
    this.#keep(chunk.subarray(last + 1));
    return whole.length === 0 ? undefined : whole;
  }

  /** What is left when the stream has ended: a line without its end. */
  end(): Buffer | undefined {
    const rest = this.#restBytes === 0 ? undefined : Buffer.concat(this.#rest);
    this.#rest = [];
    this.#restBytes = 0;
    return rest;
  }

  #completed(chunk: Buffer, { first, last }: { first: number; last: number }): Buffer {
    if (this.#skipping) {
      this.#skipping = false;
      return chunk.subarray(first + 1, last + 1);
    }
    if (this.#restBytes === 0) return chunk.subarray(0, last + 1);
    if (this.#restBytes + first > this.#limitBytes) {
      this.#drop();
      return chunk.subarray(first + 1, last + 1);
    }
    const whole = Buffer.concat([...this.#rest, chunk.subarray(0, last + 1)]);
    this.#rest = [];
    this.#restBytes = 0;
    return whole;
  }

  #keep(bytes: Buffer): void {
    if (this.#skipping || bytes.length === 0) return;
    this.#rest.push(bytes);
    this.#restBytes += bytes.length;
    if (this.#restBytes <= this.#limitBytes) return;
    this.#drop();
    this.#skipping = true;
  }

  #drop(): void {
    this.#tooLong += 1;
    this.#rest = [];
    this.#restBytes = 0;
  }
}
