// What a program wrote, up to a limit, with a visible mark where it was cut.

export class OutputBuffer {
  readonly #limitBytes: number;
  readonly #chunks: Buffer[] = [];
  #heldBytes = 0;
  #cut = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** True when bytes were thrown away. */
  get cut(): boolean {
    return this.#cut;
  }

  append(bytes: Buffer): void {
    const room = this.#limitBytes - this.#heldBytes;
    if (bytes.length > room) this.#cut = true;
    if (room <= 0) return;
    const kept = bytes.length > room ? bytes.subarray(0, room) : bytes;
    this.#chunks.push(kept);
    this.#heldBytes += kept.length;
  }

  /** Valid text whatever was written: bytes that are not UTF-8 become U+FFFD. */
  text(): string {
    const [first, ...more] = this.#chunks;
    const bytes = first === undefined || more.length > 0 ? Buffer.concat(this.#chunks) : first;
    const text = bytes.toString("utf8");
    return this.#cut ? `${text}\n[output cut at ${this.#limitBytes} bytes]\n` : text;
  }
}
