// Bytes that come in pieces, in one buffer: a piece costs its bytes, and not an object that lives as long as they do.

const firstBytes = 1024;

export class GrowingBuffer {
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Bytes of memory. */
  get capacity(): number {
    return this.#bytes.length;
  }

  append(piece: Uint8Array): void {
    this.#grow(this.#length + piece.length);
    this.#bytes.set(piece, this.#length);
    this.#length += piece.length;
  }

  /** What there is, not copied; valid until more is appended. */
  get view(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Gives up what there is. The memory goes too where it was much. */
  clear(): void {
    this.#length = 0;
    if (this.#bytes.length > 16 * firstBytes) this.#bytes = Buffer.alloc(0);
  }

  #grow(wanted: number): void {
    if (wanted <= this.#bytes.length) return;
    const bytes = Math.max(firstBytes, wanted, this.#bytes.length * 2);
    // What is short lies with others in one piece of memory: most bodies are.
    const grown = bytes > firstBytes ? Buffer.allocUnsafeSlow(bytes) : Buffer.allocUnsafe(bytes);
    grown.set(this.view);
    this.#bytes = grown;
  }
}
