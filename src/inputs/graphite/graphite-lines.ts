// Lines of Graphite out of bytes: a name that came before leads to its series, and only the two numbers are read.
import { readDecimal, readNumber } from "../../formats/decimal.ts";
import { parseGraphiteLine } from "../../formats/graphite-line-parser.ts";
import type { Clock } from "../../kernel/clock.ts";
import { ownText, ownTexts } from "../../kernel/own-text.ts";
import { faultOf, faultOfTime, type Metric } from "../../metric/metric.ts";
import type { Series } from "../../metric/series.ts";
import { KnownLines, type LinePlace } from "../known-lines.ts";
import { unkeepable } from "../listener-tally.ts";

export interface GraphiteTakers {
  readonly onMetric: (metric: Metric) => void;
  /** Told of each line that says nothing, with one of few reasons. */
  readonly onFault: (reason: string) => void;
}

/** Lines that had something to say, and metrics among them. */
export interface GraphiteCounts {
  taken: number;
  metrics: number;
}

const [newline, blank, carriageReturn] = [0x0a, 0x20, 0x0d];

/** A function that takes whole lines in `bytes[from, to)`; the last one needs no end. Never throws. */
export function createGraphiteLines(clock: Clock, { onMetric, onFault }: GraphiteTakers) {
  const known = new KnownLines<Series>();
  const line: LinePlace = { bytes: Buffer.alloc(0), from: 0, head: 0, tail: 0, to: 0 };
  const counts: GraphiteCounts = { taken: 0, metrics: 0 };

  const takeText = (isPlain: boolean) => {
    const point = parseGraphiteLine(line.bytes.toString("utf8", line.from, line.to));
    if (point === undefined) return;
    counts.taken += 1;
    if ("fault" in point) {
      onFault(point.fault);
      return;
    }
    const { name, tags, value, timestampSeconds } = point;
    const timestampMs = timestampSeconds === undefined ? clock.now() : Math.round(timestampSeconds * 1000);
    const metric = { name, tags, value, timestampMs };
    if (faultOf(metric) !== undefined) {
      onFault(unkeepable);
      return;
    }
    if (isPlain && isOneWord(line)) known.remember(line, { name: ownText(name), tags: ownTexts(tags) });
    counts.metrics += 1;
    onMetric(metric);
  };

  const takeLine = () => {
    const { bytes, from, to } = line;
    const nameEnd = blankIn(bytes, from, to);
    const valueEnd = blankIn(bytes, nameEnd + 1, to);
    line.head = nameEnd;
    line.tail = to;
    const isPlain = valueEnd < to && nameEnd > from;
    const series = isPlain ? known.find(line) : undefined;
    if (series === undefined) {
      takeText(isPlain);
      return;
    }
    const value = readNumber(bytes, nameEnd + 1, valueEnd);
    const end = bytes[to - 1] === carriageReturn ? to - 1 : to;
    const timestampMs = Math.round(readDecimal(bytes, valueEnd + 1, end) * 1000);
    // Also true of what is no number.
    if (!(timestampMs > 0) || Number.isNaN(value) || faultOfTime(timestampMs) !== undefined) {
      takeText(false);
      return;
    }
    counts.taken += 1;
    counts.metrics += 1;
    onMetric({ name: series.name, tags: series.tags, value, timestampMs });
  };

  return (bytes: Buffer, start: number, limit: number): GraphiteCounts => {
    counts.taken = 0;
    counts.metrics = 0;
    line.bytes = bytes;
    for (line.from = start; line.from < limit; line.from = line.to + 1) {
      line.to = endIn(bytes, line.from, limit);
      if (line.to > line.from) takeLine();
    }
    return counts;
  };
}

/** Other blanks than a space end a name as well, and what is behind them is no part of it. */
function isOneWord({ bytes, from, head }: LinePlace): boolean {
  return bytes.subarray(from, head).every((byte) => byte < 0x09 || byte > carriageReturn);
}

function blankIn(bytes: Buffer, from: number, to: number): number {
  let place = from;
  while (place < to && bytes[place] !== blank) place += 1;
  return place;
}

function endIn(bytes: Buffer, from: number, to: number): number {
  let place = from;
  while (place < to && bytes[place] !== newline) place += 1;
  return place;
}
