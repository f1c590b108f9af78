// Where the first JSON value of some bytes ends, how deep it is and how many values it holds: found without building it.

/** Brackets within brackets; more is nobody's document. */
const depthLimit = 64;

export interface JsonExtent {
  /** Index behind the value; undefined where the bytes end before it does. */
  readonly end: number | undefined;
  /** True: brackets stand deeper than the limit, and nothing behind them was looked at. */
  readonly isTooDeep: boolean;
  /** Commas and brackets: at least as many as there are values. */
  readonly marks: number;
}

const other = 0;
const [quote, open, close, comma, blank] = [1, 2, 3, 4, 5];
const [quoteByte, backslash] = [0x22, 0x5c];

/** What each byte means outside of texts. */
const meanings = new Uint8Array(256);
for (const [signs, meaning] of [
  ['"', quote],
  ["[{", open],
  ["]}", close],
  [",", comma],
  [" \t\n\v\f\r", blank],
] as const)
  for (const byte of Buffer.from(signs)) meanings[byte] = meaning;

/**
 * Looks at so many bytes at a time, for documents of any length. Brackets count outside of texts only; whether the value is
 * well formed is for whoever reads it. Total, in linear time.
 */
export class JsonScan {
  readonly #bytes: Buffer;
  #at: number;
  #depth = 0;
  #marks = 0;
  #inText = false;
  #inScalar = false;
  #extent: JsonExtent | undefined;

  constructor(bytes: Buffer, from = 0) {
    this.#bytes = bytes;
    this.#at = from;
  }

  /** What was found; undefined while there is more to look at. */
  get extent(): JsonExtent | undefined {
    return this.#extent;
  }

  /** Looks at the next bytes. */
  run(atMostBytes: number): void {
    const until = Math.min(this.#bytes.length, this.#at + atMostBytes);
    while (this.#at < until && this.#extent === undefined) {
      if (this.#inText) this.#passText(until);
      else this.#look();
    }
    if (this.#extent === undefined && this.#at >= this.#bytes.length) this.#end(this.#inScalar);
  }

  #look(): void {
    const meaning = meanings[this.#bytes[this.#at] ?? 0];
    this.#at += 1;
    if (this.#depth === 0) this.#lookOutside(meaning);
    else if (meaning === quote) this.#inText = true;
    else if (meaning === comma) this.#marks += 1;
    else if (meaning === open) this.#open();
    else if (meaning === close) this.#close();
  }

  /** Before the value begins, and where it is a number or a word. */
  #lookOutside(meaning: number | undefined): void {
    if (meaning === other) this.#inScalar = true;
    else if (this.#inScalar || meaning === close || meaning === comma) this.#endBefore();
    else if (meaning === quote) this.#inText = true;
    else if (meaning === open) this.#open();
  }

  #open(): void {
    this.#marks += 1;
    this.#depth += 1;
    if (this.#depth > depthLimit) this.#extent = { end: undefined, isTooDeep: true, marks: this.#marks };
  }

  #close(): void {
    this.#depth -= 1;
    if (this.#depth === 0) this.#end(true);
  }

  #passText(until: number): void {
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < until && bytes[at] !== quoteByte) at += bytes[at] === backslash ? 2 : 1;
    this.#at = at;
    if (at >= until) return;
    this.#at += 1;
    this.#inText = false;
    if (this.#depth === 0) this.#end(true);
  }

  /** The byte just looked at belongs to no scalar any more. */
  #endBefore(): void {
    this.#at -= 1;
    this.#end(this.#inScalar);
  }

  #end(isWhole: boolean): void {
    this.#extent = { end: isWhole ? this.#at : undefined, isTooDeep: false, marks: this.#marks };
  }
}

/** All at once, for what is short. */
export function scanJson(bytes: Buffer, from = 0): JsonExtent {
  const scan = new JsonScan(bytes, from);
  while (scan.extent === undefined) scan.run(bytes.length + 1);
  return scan.extent;
}
