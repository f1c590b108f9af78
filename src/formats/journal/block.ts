// A block: some batches as bytes. Names stand once in a segment and are numbers from then on.

import { ownText } from "../../kernel/own-text.ts";
import { type Batch, type Metric, origins, type Tags } from "../../metric/metric.ts";
import { parseSeriesKey, seriesKey } from "../../metric/series.ts";
import { type ByteReader, DamagedBytes } from "../bytes/byte-reader.ts";
import type { ByteWriter } from "../bytes/byte-writer.ts";

/** A batch and when it came. */
export interface StoredBatch extends Batch {
  /** Milliseconds since 1970. */
  readonly arrivedMs: number;
}

/** Texts of a segment by number, as the writer has them. */
export class WrittenTexts {
  readonly #numbers = new Map<string, number>([["", 0]]);
  #size = 1;
  #fresh: string[] = [];

  /** Goes on where a segment's reader has come to. */
  static from(texts: readonly string[]): WrittenTexts {
    const written = new WrittenTexts();
    texts.forEach((text, number) => void written.#numbers.set(text, number));
    written.#size = texts.length;
    return written;
  }

  /** How many there are, and so the number of the next one. */
  get size(): number {
    return this.#size;
  }

  /** Takes back what was numbered from `size` on: the frame that defines it is not written. */
  forgetFrom(size: number): void {
    for (const [text, number] of this.#numbers) if (number >= size) this.#numbers.delete(text);
    this.#size = size;
    this.#fresh = [];
  }

  numberOf(text: string): number {
    const known = this.#numbers.get(text);
    if (known !== undefined) return known;
    const number = this.#size;
    this.#size += 1;
    const own = ownText(text);
    this.#numbers.set(own, number);
    this.#fresh.push(own);
    return number;
  }

  /** Those that have not been written yet; they count as written from now on. */
  takeFresh(): readonly string[] {
    const fresh = this.#fresh;
    this.#fresh = [];
    return fresh;
  }
}

interface KnownText {
  readonly text: string;
  readonly name: string;
  readonly tags: Tags;
}

const nothing: KnownText = { text: "", name: "", tags: {} };

/** Texts of a segment by number, as a reader collects them. A number whose text was lost is undefined. */
export type ReadTexts = (KnownText | undefined)[];

export function emptyTexts(): ReadTexts {
  return [nothing];
}

const valueKinds = { whole: 0, double: 1, hundredth: 2, thousandth: 3 } as const;
/** Whole numbers up to this are written as such: with their kind they stay below 2^53. */
const wholeLimit = 2 ** 49;
const scaledLimit = 2 ** 40;

/** Writes the batches into `body`, and the texts that they are the first to use into `head`. */
export function writeBlock(
  batches: readonly StoredBatch[],
  texts: WrittenTexts,
  { head, body }: { head: ByteWriter; body: ByteWriter },
): void {
  body.varint(batches.length);
  let arrivedMs = 0;
  for (const batch of batches) {
    body.signed(batch.arrivedMs - arrivedMs);
    arrivedMs = batch.arrivedMs;
    writeBatch(batch, texts, body);
  }
  const fresh = texts.takeFresh();
  head.varint(fresh.length);
  for (const text of fresh) head.text(text);
}

function writeBatch(batch: StoredBatch, texts: WrittenTexts, to: ByteWriter): void {
  const { metrics, timestampMs } = batch;
  to.varint(origins.indexOf(batch.origin));
  to.varint(texts.numberOf(batch.host));
  to.signed(timestampMs - batch.arrivedMs);
  to.varint(metrics.length);
  let expected = 0;
  for (const metric of metrics) {
    const number = texts.numberOf(seriesKey(metric));
    to.signed(number - expected);
    expected = number + 1;
  }
  const alike = metrics.every((metric) => metric.timestampMs === timestampMs);
  to.varint(alike ? 0 : 1);
  if (!alike) for (const metric of metrics) to.signed(metric.timestampMs - timestampMs);
  for (const { value } of metrics) writeValue(value, to);
}

function writeValue(value: number, to: ByteWriter): void {
  const code = shortCode(value);
  to.varint(code ?? valueKinds.double);
  if (code === undefined) to.double(value);
}

/** Whole numbers and numbers of up to three decimals as one varint; undefined for those that need all their bits. */
function shortCode(value: number): number | undefined {
  if (Number.isInteger(value)) {
    const fits = Math.abs(value) < wholeLimit && !Object.is(value, -0);
    return fits ? zigzag(value) * 4 + valueKinds.whole : undefined;
  }
  const scaled = Math.round(value * 1000);
  if (Math.abs(scaled) > scaledLimit || scaled / 1000 !== value) return undefined;
  if (scaled % 10 === 0) return zigzag(scaled / 10) * 4 + valueKinds.hundredth;
  return zigzag(scaled) * 4 + valueKinds.thousandth;
}

function zigzag(value: number): number {
  return value < 0 ? -value * 2 - 1 : value * 2;
}

/** Takes a block's texts in, and returns its batches. Throws `DamagedBytes`. */
export function readBlock(from: ByteReader, texts: ReadTexts, firstText: number): StoredBatch[] {
  readTexts(from, texts, firstText);
  const count = from.varint();
  const batches: StoredBatch[] = [];
  let arrivedMs = 0;
  for (let place = 0; place < count; place += 1) {
    arrivedMs += from.signed();
    batches.push(readBatch(from, texts, arrivedMs));
  }
  return batches;
}

/** Only takes a block's texts in. Throws `DamagedBytes`. */
export function readTexts(from: ByteReader, texts: ReadTexts, firstText: number): void {
  const count = from.varint();
  if (count > from.left) throw new DamagedBytes("more names than bytes");
  if (texts.length > firstText) throw new DamagedBytes("names that were there already");
  texts.length = firstText;
  for (let place = 0; place < count; place += 1) {
    const text = from.text();
    texts.push({ text, ...(parseSeriesKey(text) ?? { name: text, tags: nothing.tags }) });
  }
}

function readBatch(from: ByteReader, texts: ReadTexts, arrivedMs: number): StoredBatch {
  const origin = origins[from.varint()];
  const host = known(texts, from.varint()).text;
  const timestampMs = arrivedMs + from.signed();
  const count = from.varint();
  if (origin === undefined || count > from.left) throw new DamagedBytes("a batch of no known kind");
  const series: KnownText[] = new Array(count);
  let expected = 0;
  for (let place = 0; place < count; place += 1) {
    const number = expected + from.signed();
    series[place] = known(texts, number);
    expected = number + 1;
  }
  const times = from.varint() === 0 ? undefined : series.map(() => timestampMs + from.signed());
  const metrics: Metric[] = new Array(count);
  for (let place = 0; place < count; place += 1) {
    const { name, tags } = series[place] as KnownText;
    metrics[place] = { name, tags, value: readValue(from), timestampMs: times?.[place] ?? timestampMs };
  }
  return { origin, host, timestampMs, metrics, arrivedMs };
}

function known(texts: ReadTexts, number: number): KnownText {
  const text = texts[number];
  if (text === undefined) throw new DamagedBytes("a name that is not there");
  return text;
}

function readValue(from: ByteReader): number {
  const code = from.varint();
  const kind = code % 4;
  if (kind === valueKinds.double) return from.double();
  const zigzagged = (code - kind) / 4;
  const whole = zigzagged % 2 === 0 ? zigzagged / 2 : -(zigzagged + 1) / 2;
  if (kind === valueKinds.whole) return whole;
  return kind === valueKinds.hundredth ? whole / 100 : whole / 1000;
}
