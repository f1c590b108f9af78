// Lines of Graphite's plaintext protocol, plain and tagged: `name;tag=value 1.5 1700000000`. Read.
import { noTags, type Tags } from "../metric/metric.ts";

/** Why a line is none. */
export interface LineFault {
  readonly fault: string;
  /** Character of the line at which it is wrong, from 0. */
  readonly place: number;
}

export interface GraphitePoint {
  readonly name: string;
  readonly tags: Tags;
  /** Finite. */
  readonly value: number;
  /** Seconds since 1970, perhaps with a fraction; undefined where the line says now. */
  readonly timestampSeconds: number | undefined;
}

/**
 * A point, or why the line is none; undefined for an empty line. Fields stand apart by any number of blanks and tabs.
 * A tag that comes twice has its last value. Total, in linear time.
 */
export function parseGraphiteLine(line: string): GraphitePoint | LineFault | undefined {
  const nameStart = wordStart(line, 0);
  if (nameStart === line.length) return undefined;
  const nameEnd = wordEnd(line, nameStart);
  const valueStart = wordStart(line, nameEnd);
  const valueEnd = wordEnd(line, valueStart);
  const timeStart = wordStart(line, valueEnd);
  const timeEnd = wordEnd(line, timeStart);
  if (valueStart === line.length) return { fault: "no value", place: line.length };
  if (timeStart === line.length) return { fault: "no timestamp", place: line.length };
  const restStart = wordStart(line, timeEnd);
  if (restStart < line.length) return { fault: "more than three fields", place: restStart };
  const value = numberOf(line.slice(valueStart, valueEnd));
  if (typeof value === "string") return { fault: `a value that is ${value}`, place: valueStart };
  const seconds = secondsOf(line.slice(timeStart, timeEnd));
  if (typeof seconds === "string") return { fault: `a timestamp that is ${seconds}`, place: timeStart };
  const series = seriesOf(line.slice(nameStart, nameEnd), nameStart);
  if ("fault" in series) return series;
  return { name: series.name, tags: series.tags, value, timestampSeconds: seconds };
}

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}

function wordStart(line: string, from: number): number {
  let at = from;
  while (at < line.length && isBlank(line.charCodeAt(at))) at += 1;
  return at;
}

function wordEnd(line: string, from: number): number {
  let at = from;
  while (at < line.length && !isBlank(line.charCodeAt(at))) at += 1;
  return at;
}

/** The number, or what the text is instead. Only characters of decimal numbers come to `Number`, which takes more. */
function numberOf(text: string): number | string {
  for (let at = 0; at < text.length; at += 1) {
    if (!isNumeric(text.charCodeAt(at)))
      return /^[+-]?(nan|inf|infinity)$/i.test(text) ? "not finite" : "no number";
  }
  const value = Number(text);
  if (Number.isNaN(value)) return "no number";
  return Number.isFinite(value) ? value : "not finite";
}

/** Digits, signs, the point and the exponent's letter. */
function isNumeric(code: number): boolean {
  if (code >= 0x30 && code <= 0x39) return true;
  return code === 0x2e || code === 0x2d || code === 0x2b || code === 0x65 || code === 0x45;
}

function secondsOf(text: string): number | string | undefined {
  return text === "N" || text === "-1" ? undefined : numberOf(text);
}

function seriesOf(word: string, place: number): { name: string; tags: Tags } | LineFault {
  const nameEnd = word.indexOf(";");
  if (nameEnd === -1) return { name: word, tags: noTags };
  if (nameEnd === 0) return { fault: "no name", place };
  const tags = new Map<string, string>();
  for (let start = nameEnd + 1; start <= word.length; ) {
    const next = word.indexOf(";", start);
    const end = next === -1 ? word.length : next;
    const middle = word.indexOf("=", start);
    if (middle <= start || middle >= end - 1)
      return { fault: "a tag without name or value", place: place + start };
    tags.set(word.slice(start, middle), word.slice(middle + 1, end));
    start = end + 1;
  }
  return { name: word.slice(0, nameEnd), tags: Object.fromEntries(tags) };
}
