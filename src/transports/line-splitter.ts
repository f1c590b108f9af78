// Whole lines out of a stream of bytes, with a limit on how long a line may be.
import { GrowingBuffer } from "../kernel/growing-buffer.ts";

const newline = 0x0a;

export class LineSplitter {
  readonly #limitBytes: number;
  /** Begun and not ended yet. */
  readonly #rest = new GrowingBuffer();
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
    const first = this.#rest.length > 0 || this.#skipping ? chunk.indexOf(newline) : -1;
    const whole = this.#completed(chunk, { first, last });
    this.#keep(chunk.subarray(last + 1));
    return whole.length === 0 ? undefined : whole;
  }

  /** What is left when the stream has ended: a line without its end. */
  end(): Buffer | undefined {
    if (this.#rest.length === 0) return undefined;
    const rest = Buffer.from(this.#rest.view);
    this.#rest.clear();
    return rest;
  }

  #completed(chunk: Buffer, { first, last }: { first: number; last: number }): Buffer {
    if (this.#skipping) {
      this.#skipping = false;
      return chunk.subarray(first + 1, last + 1);
    }
    if (this.#rest.length === 0) return chunk.subarray(0, last + 1);
    if (this.#rest.length + first > this.#limitBytes) {
      this.#drop();
      return chunk.subarray(first + 1, last + 1);
    }
    const whole = Buffer.concat([this.#rest.view, chunk.subarray(0, last + 1)]);
    this.#rest.clear();
    return whole;
  }

  #keep(bytes: Buffer): void {
    if (this.#skipping || bytes.length === 0) return;
    this.#rest.append(bytes);
    if (this.#rest.length <= this.#limitBytes) return;
    this.#drop();
    this.#skipping = true;
  }

  #drop(): void {
    this.#tooLong += 1;
    this.#rest.clear();
  }
}
