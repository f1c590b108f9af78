// Takes packets of statsd lines, and gives one value for each series and interval.
import { readNumber } from "../../formats/decimal.ts";
import {
  parseStatsdLine,
  type StatsdEvent,
  type StatsdKind,
  type StatsdSamples,
  type StatsdServiceCheck,
} from "../../formats/statsd-line/statsd-line.ts";
import { faultOf, type Metric } from "../../metric/metric.ts";
import { seriesKey } from "../../metric/series.ts";
import { KnownLines, type LinePlace } from "../known-lines.ts";
import { Accumulator } from "./accumulator.ts";
import type { DistinctRoom } from "./distinct-count.ts";
import { type FlushSettings, flushedSeries, seriesName } from "./flushed-series.ts";

export interface AggregatorNeeds {
  readonly onEvent: (event: StatsdEvent) => void;
  readonly onServiceCheck: (check: StatsdServiceCheck) => void;
  /** Told of each line that says nothing, with one of few reasons. */
  readonly onFault: (reason: string) => void;
}

export interface AggregatorSettings extends FlushSettings {
  readonly maxSeries: number;
  /** `+3` and `-3` change a gauge; otherwise they are plain numbers (contract opsbro §9.2). */
  readonly relativeGauges: boolean;
}

/** What a line stands for once its value is taken out. */
interface Meaning {
  readonly series: Accumulator;
  readonly rate: number;
}

const [newline, colon, pipe, plus, minus, underscore] = [0x0a, 0x3a, 0x7c, 0x2b, 0x2d, 0x5f];
/** A series without a sample for so many intervals is forgotten, a gauge's last value with it. */
const idleAtMost = 360;
/** Metrics with a time of their own that may wait for the next flush. */
const stampedAtMost = 10_000;
/** For the members of all sets together. */
const setBytesAtMost = 64 * 1024 * 1024;
const tooLarge = "value too large";

const accumulated: Readonly<Record<Exclude<StatsdKind, "meter">, Accumulator["kind"]>> = {
  counter: "counter",
  gauge: "gauge",
  timer: "timer",
  histogram: "timer",
  distribution: "distribution",
  set: "set",
};

export class Aggregator {
  readonly #settings: AggregatorSettings;
  readonly #needs: AggregatorNeeds;
  readonly #series = new Map<string, Accumulator>();
  readonly #known = new KnownLines<Meaning>();
  readonly #line: LinePlace = { bytes: Buffer.alloc(0), from: 0, head: 0, tail: 0, to: 0 };
  readonly #sets: DistinctRoom = { freeBytes: setBytesAtMost };
  #stamped: Metric[] = [];
  #lines = 0;
  #samples = 0;

  constructor(settings: AggregatorSettings, needs: AggregatorNeeds) {
    this.#settings = settings;
    this.#needs = needs;
  }

  /** Lines since the start. */
  get lines(): number {
    return this.#lines;
  }

  /** Values since the start. */
  get samples(): number {
    return this.#samples;
  }

  get seriesCount(): number {
    return this.#series.size;
  }

  /** Takes the lines of a datagram, or whole lines of a stream; the last one needs no end. */
  take(bytes: Buffer, start = 0, limit = bytes.length): void {
    const line = this.#line;
    line.bytes = bytes;
    for (line.from = start; line.from < limit; line.from = line.to + 1) {
      findParts(line, limit);
      if (line.to > line.from) this.#takeLine(line);
    }
  }

  /** Values of so long a span, and the state for the next one. Given in parts, so that packets can be taken between. */
  *flush(timestampMs: number, spanMs: number): Generator<Metric[]> {
    if (this.#stamped.length > 0) yield this.#stamped;
    this.#stamped = [];
    for (const [key, series] of this.#series) {
      const metrics = flushedSeries(series, this.#settings, { atMs: timestampMs, spanMs });
      series.reset();
      if (metrics.length > 0) yield metrics.filter((metric) => this.#isFinite(metric));
      else if (series.idle > idleAtMost) this.#forget(key);
    }
  }

  /** Large values can add up to what is no number any more. */
  #isFinite({ value }: Metric): boolean {
    if (Number.isFinite(value)) return true;
    this.#needs.onFault(tooLarge);
    return false;
  }

  #forget(key: string): void {
    this.#series.delete(key);
    // Lines that lead to it must not.
    this.#known.clear();
  }

  #takeLine(line: LinePlace): void {
    this.#lines += 1;
    const { bytes, from, head, tail, to } = line;
    if (tail < 0 || bytes[from] === underscore) {
      this.#takeText(bytes.toString("utf8", from, to), undefined);
      return;
    }
    const meaning = this.#known.find(line);
    const value = meaning === undefined ? Number.NaN : readNumber(bytes, head, tail);
    if (meaning === undefined) this.#takeText(bytes.toString("utf8", from, to), line);
    // It is known, and is not to be remembered a second time.
    else if (Number.isNaN(value)) this.#takeText(bytes.toString("utf8", from, to), undefined);
    else this.#count(meaning, value, bytes[head] as number);
  }

  #count({ series, rate }: Meaning, value: number, first: number): void {
    this.#samples += 1;
    if (series.kind !== "gauge") series.add(value, rate);
    else if (this.#settings.relativeGauges && (first === plus || first === minus))
      this.#change(series, value);
    else series.set(value);
  }

  /** A gauge that would leave what numbers there are stays as it was. */
  #change(gauge: Accumulator, by: number): void {
    const value = gauge.last + by;
    if (Number.isFinite(value)) gauge.change(value);
    else this.#needs.onFault(tooLarge);
  }

  #takeText(text: string, line: LinePlace | undefined): void {
    const parsed = parseStatsdLine(text);
    if (parsed.form === "fault") {
      if (text.trim() !== "") this.#needs.onFault(parsed.reason);
    } else if (parsed.form === "event") this.#needs.onEvent(parsed);
    else if (parsed.form === "check") this.#needs.onServiceCheck(parsed);
    else this.#takeSamples(parsed, line);
  }

  #takeSamples(samples: StatsdSamples, line: LinePlace | undefined): void {
    const { kind, values, rate, timestamp } = samples;
    // Accepted and without effect, as its users expect (contract opsbro §9.2).
    if (kind === "meter") return;
    if (timestamp !== undefined && (kind === "counter" || kind === "gauge")) {
      this.#takeStamped(samples, timestamp);
      return;
    }
    const series = this.#seriesOf(samples, accumulated[kind]);
    if (typeof series === "string") {
      this.#needs.onFault(series);
      return;
    }
    const meaning = { series, rate };
    const isPlain = values.length === 1 && kind !== "set" && timestamp === undefined;
    if (line !== undefined && isPlain && isValue(line)) this.#known.remember(line, meaning);
    for (const value of values) {
      if (kind === "set") this.#addMember(series, value);
      else this.#count(meaning, Number(value), value.charCodeAt(0));
    }
  }

  #addMember(series: Accumulator, member: string): void {
    if (series.addMember(member, this.#sets)) this.#samples += 1;
    else this.#needs.onFault("too many members of sets");
  }

  /**
   * What was counted or measured at a time of its own is put together by the sender and goes as it is: a counter's sum, a
   * gauge's last value. Of the other kinds a single value says nothing, so that those are put together as if without a
   * time.
   */
  #takeStamped({ name, tags, kind, values, rate }: StatsdSamples, timestamp: number): void {
    const isCounter = kind === "counter";
    const base = seriesName(this.#settings.prefixes[isCounter ? "counter" : "gauge"], name);
    const sum = () => values.reduce((so, value) => so + Number(value) / rate, 0);
    const metric = {
      name: isCounter ? `${base}.count` : base,
      tags,
      value: isCounter ? sum() : Number(values.at(-1)),
      timestampMs: timestamp * 1000,
    };
    if (faultOf(metric) !== undefined) this.#needs.onFault("bad value, timestamp or name");
    else if (this.#stamped.length >= stampedAtMost) this.#needs.onFault("too many with a timestamp");
    else {
      this.#samples += values.length;
      this.#stamped.push(metric);
    }
  }

  #seriesOf({ name, tags }: StatsdSamples, kind: Accumulator["kind"]): Accumulator | string {
    const key = `${kind} ${seriesKey({ name, tags })}`;
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    if (faultOf({ name: `${name}${roomForName}`, tags, value: 0, timestampMs: 0 }) !== undefined)
      return "bad name or tags";
    if (this.#series.size >= this.#settings.maxSeries) return "too many series";
    const fresh = new Accumulator(name, tags, kind);
    this.#series.set(key, fresh);
    return fresh;
  }
}

/** Whether all of its value stands behind the first colon, and none of its tags. */
function isValue({ bytes, head, tail }: LinePlace): boolean {
  const next = bytes.indexOf(colon, head);
  return next < 0 || next > tail;
}

/** Prefix and figure, at their longest, are put to the name, and it must be one then, too. */
const roomForName = ".".repeat(96);

/** From `line.from` on: its end, the first colon and the first bar behind it; `tail` is -1 where there are not both. */
function findParts(line: LinePlace, limit: number): void {
  const { bytes, from } = line;
  let head = 0;
  let tail = -1;
  let place = from;
  for (; place < limit; place += 1) {
    const byte = bytes[place];
    if (byte === newline) break;
    if (byte === colon && head === 0) head = place + 1;
    else if (byte === pipe && tail < 0 && head > 0) tail = place;
  }
  line.head = head;
  line.tail = tail;
  line.to = place;
}
