// Reads a JSON document piece by piece where building it whole would take too much time or memory.
import { JsonScan, scanJson } from "./json-scan.ts";

/** Where and why a document cannot be read. Holds nothing of what stands in it. */
export class JsonFault extends Error {
  override readonly name = "JsonFault";
  /** Bytes before the fault. */
  readonly offset: number;

  constructor(reason: string, { offset, cause }: { readonly offset: number; readonly cause?: unknown }) {
    super(`${reason} at byte ${offset}`, { cause });
    this.offset = offset;
  }
}

const sign = { quote: 0x22, comma: 0x2c, colon: 0x3a, backslash: 0x5c } as const;
const brackets = { list: [0x5b, 0x5d], map: [0x7b, 0x7d] } as const;

/** A longer key is nobody's, and would be read in one go. */
const keyLimitBytes = 64 * 1024;

/**
 * A place in a document. Each call reads on from there; all of them throw `JsonFault` for what is no JSON. The depth is to
 * be looked at before (see `JsonScan`).
 */
export class JsonReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;

  constructor(bytes: Buffer, from = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = end;
  }

  /** Bytes before the place. */
  get offset(): number {
    return this.#at;
  }

  /** What begins here. */
  get kind(): "list" | "map" | "text" | "scalar" | "end" {
    this.#skipBlanks();
    if (this.#at >= this.#end) return "end";
    const byte = this.#bytes[this.#at];
    if (byte === brackets.list[0]) return "list";
    if (byte === brackets.map[0]) return "map";
    return byte === sign.quote ? "text" : "scalar";
  }

  /** The same document from its beginning, or from a place that was noted. */
  from(offset: number): JsonReader {
    return new JsonReader(this.#bytes, offset, this.#end);
  }

  /** What is written between two places, not copied. */
  bytes(from: number, end: number): Buffer {
    return this.#bytes.subarray(from, end);
  }

  /** Steps into a list or map. Gives a function that says whether there is a next item, and goes to it. */
  enter(kind: "list" | "map"): () => boolean {
    const [open, close] = brackets[kind];
    this.#expect(open, kind === "list" ? "expected a list" : "expected an object");
    let isFirst = true;
    return () => {
      this.#skipBlanks();
      if (this.#bytes[this.#at] === close && this.#at < this.#end) {
        this.#at += 1;
        return false;
      }
      if (!isFirst) this.#expect(sign.comma, "expected a comma or the end");
      isFirst = false;
      return true;
    };
  }

  /** A key and its colon. */
  key(): string {
    if (this.kind !== "text") throw new JsonFault("expected a key", { offset: this.#at });
    const until = this.#at + keyLimitBytes;
    if (until < this.#end && this.#endOfText(until) > until)
      throw new JsonFault("a key that is too long", { offset: this.#at });
    const key = this.value();
    this.#expect(sign.colon, "expected a colon");
    return key as string;
  }

  /** The next value, whole. */
  value(): unknown {
    this.#skipBlanks();
    const from = this.#at;
    if (!this.#passShort()) this.skip();
    return parsed(this.#bytes, from, this.#at);
  }

  /** Whether the next value is no longer: nothing behind that is looked at. True where the document is not either. */
  fits(limitBytes: number): boolean {
    this.#skipBlanks();
    const until = this.#at + limitBytes;
    if (until >= this.#end) return true;
    const { end = this.#end } = scanJson(this.#bytes.subarray(0, until + 1), this.#at);
    return end <= until;
  }

  /** Texts, numbers and words are most of what there is: they are passed over without a scan of their own. */
  #passShort(): boolean {
    const end = this.#bytes[this.#at] === sign.quote ? this.#endOfText() : this.#endOfScalar();
    if (end === this.#at || end > this.#end) return false;
    this.#at = end;
    return true;
  }

  #endOfText(until = this.#end): number {
    const bytes = this.#bytes;
    let at = this.#at + 1;
    while (at < until && bytes[at] !== sign.quote) at += bytes[at] === sign.backslash ? 2 : 1;
    return at + 1;
  }

  #endOfScalar(): number {
    const bytes = this.#bytes;
    let at = this.#at;
    while (at < this.#end && isOfScalar(bytes[at] ?? 0)) at += 1;
    return at;
  }

  /** Passes over the next value. */
  skip(): void {
    const scan = this.scan();
    while (!scan.run(this.#end)) {
      // One run is all of it.
    }
  }

  /** Passes over the next value so many bytes at a time. `run` says whether it is behind it. */
  scan(): { run(atMostBytes: number): boolean } {
    this.#skipBlanks();
    const from = this.#at;
    const scan = new JsonScan(this.#bytes.subarray(0, this.#end), from);
    return {
      run: (atMostBytes) => {
        scan.run(atMostBytes);
        const { extent } = scan;
        if (extent === undefined) return false;
        if (extent.end === undefined || extent.end === from)
          throw new JsonFault(extent.isTooDeep ? "too many brackets within brackets" : "expected a value", {
            offset: from,
          });
        this.#at = extent.end;
        return true;
      },
    };
  }

  #expect(byte: number, reason: string): void {
    this.#skipBlanks();
    if (this.#bytes[this.#at] !== byte || this.#at >= this.#end)
      throw new JsonFault(reason, { offset: this.#at });
    this.#at += 1;
  }

  #skipBlanks(): void {
    const bytes = this.#bytes;
    while (this.#at < this.#end) {
      const byte = bytes[this.#at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.#at += 1;
    }
  }
}

/** Letters, digits, signs and the point: what numbers, true, false and null are made of. */
function isOfScalar(byte: number): boolean {
  const lower = byte | 0x20;
  const isLetter = lower >= 0x61 && lower <= 0x7a;
  return (byte >= 0x30 && byte <= 0x39) || isLetter || byte === 0x2b || byte === 0x2d || byte === 0x2e;
}

/** The value between two places. Throws `JsonFault`; what the runtime says of it would quote it. */
export function parsed(bytes: Buffer, from: number, end: number): unknown {
  try {
    return JSON.parse(bytes.toString("utf8", from, end));
  } catch (cause) {
    throw new JsonFault("no JSON", { offset: from, cause });
  }
}
