// InfluxDB's line protocol, read: one line at a time, by the rules of the server itself.
import type { Tags } from "../metric/metric.ts";
import type { LineFault } from "./graphite-line-parser.ts";

/** An integer beyond what a number holds exactly is a bigint. */
export type InfluxValue = number | bigint | boolean | string;

export interface InfluxPoint {
  readonly measurement: string;
  readonly tags: Tags;
  /** At least one, in their order. Numbers are finite. */
  readonly fields: readonly (readonly [name: string, value: InfluxValue])[];
  /** Whole, perhaps negative, in the precision that the sender and the receiver agreed on. */
  readonly timestamp: string | undefined;
}

/**
 * A point, or why the line is none, in one of few texts; undefined for an empty line and a comment. A line ends at its
 * newline, also within quotes. Total, in linear time.
 */
export function parseInfluxLine(line: string): InfluxPoint | LineFault | undefined {
  const scan: Scan = { line: line.endsWith("\r") ? line.slice(0, -1) : line, at: 0 };
  skipBlanks(scan);
  if (scan.at === scan.line.length || scan.line[scan.at] === "#") return undefined;
  const newline = line.indexOf("\n");
  if (newline !== -1) return { fault: "a newline within the line", place: newline };
  const measurement = takeText(scan, ", ");
  if (measurement === "") return fault(scan, "no measurement");
  const tags = takeTags(scan);
  if ("fault" in tags) return tags;
  skipBlanks(scan);
  const fields = takeFields(scan);
  if ("fault" in fields) return fields;
  const timestamp = takeTimestamp(scan);
  if (typeof timestamp === "object") return timestamp;
  return { measurement, tags: Object.fromEntries(tags), fields, timestamp };
}

interface Scan {
  readonly line: string;
  at: number;
}

function fault({ at }: Scan, reason: string): LineFault {
  return { fault: reason, place: at };
}

function skipBlanks(scan: Scan): void {
  while (scan.line[scan.at] === " " || scan.line[scan.at] === "\t") scan.at += 1;
}

/**
 * Up to one of `ends`, which stays. After a backslash it ends nothing, and the backslash goes; before anything else a
 * backslash is a character of the text.
 */
function takeText(scan: Scan, ends: string): string {
  const { line } = scan;
  let text = "";
  let start = scan.at;
  while (scan.at < line.length && !ends.includes(line[scan.at] ?? "")) {
    const next = line[scan.at] === "\\" ? line[scan.at + 1] : undefined;
    if (next !== undefined && ends.includes(next)) {
      text += line.slice(start, scan.at) + next;
      scan.at += 2;
      start = scan.at;
    } else scan.at += 1;
  }
  return text + line.slice(start, scan.at);
}

function takeTags(scan: Scan): Map<string, string> | LineFault {
  const tags = new Map<string, string>();
  while (scan.line[scan.at] === ",") {
    scan.at += 1;
    const place = scan.at;
    const name = takeText(scan, ",= ");
    if (name === "" || scan.line[scan.at] !== "=") return fault(scan, "a tag without name or value");
    scan.at += 1;
    const value = takeText(scan, ",= ");
    if (value === "") return fault(scan, "a tag without value");
    if (scan.line[scan.at] === "=") return fault(scan, "a tag with two values");
    if (tags.has(name)) return { fault: "a tag twice", place };
    tags.set(name, value);
  }
  return tags;
}

function takeFields(scan: Scan): [string, InfluxValue][] | LineFault {
  const fields: [string, InfluxValue][] = [];
  for (;;) {
    const name = takeText(scan, ",= ");
    if (name === "" || scan.line[scan.at] !== "=") return fault(scan, "a field without name or value");
    scan.at += 1;
    const place = scan.at;
    const value = scan.line[scan.at] === '"' ? takeQuoted(scan) : takeBare(scan);
    if (value === undefined) return { fault: "a value that is none", place };
    fields.push([name, value]);
    if (scan.line[scan.at] !== ",") return fields;
    scan.at += 1;
  }
}

/** Within quotes a backslash escapes a quote and itself. Undefined where the quotes are not closed. */
function takeQuoted(scan: Scan): string | undefined {
  const { line } = scan;
  scan.at += 1;
  let text = "";
  let start = scan.at;
  for (; scan.at < line.length; scan.at += 1) {
    const character = line[scan.at];
    if (character === '"') {
      text += line.slice(start, scan.at);
      scan.at += 1;
      return text;
    }
    if (character !== "\\" || (line[scan.at + 1] !== '"' && line[scan.at + 1] !== "\\")) continue;
    text += line.slice(start, scan.at);
    start = scan.at + 1;
    scan.at += 1;
  }
  return undefined;
}

function takeBare(scan: Scan): InfluxValue | undefined {
  const start = scan.at;
  while (scan.at < scan.line.length && !", \t".includes(scan.line[scan.at] ?? "")) scan.at += 1;
  return bareValue(scan.line.slice(start, scan.at));
}

const truths = new Set(["t", "T", "true", "True", "TRUE"]);
const untruths = new Set(["f", "F", "false", "False", "FALSE"]);
/** Longer ones are no value of anybody's. */
const longestNumber = 400;

function bareValue(text: string): InfluxValue | undefined {
  if (truths.has(text)) return true;
  if (untruths.has(text)) return false;
  if (text.length > longestNumber) return undefined;
  if (/^-?\d+i$/.test(text)) return integerOf(text, -(2n ** 63n), 2n ** 63n - 1n);
  if (/^\d+u$/.test(text)) return integerOf(text, 0n, 2n ** 64n - 1n);
  if (!/^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

function integerOf(text: string, least: bigint, most: bigint): number | bigint | undefined {
  const value = BigInt(text.slice(0, -1));
  if (value < least || value > most) return undefined;
  const near = Number(value);
  return Number.isSafeInteger(near) ? near : value;
}

/** The text of the timestamp; undefined where there is none. */
function takeTimestamp(scan: Scan): string | undefined | LineFault {
  const before = scan.at;
  skipBlanks(scan);
  if (scan.at === scan.line.length) return undefined;
  if (scan.at === before) return fault(scan, "something after a value");
  const place = scan.at;
  while (scan.at < scan.line.length && !" \t".includes(scan.line[scan.at] ?? "")) scan.at += 1;
  const text = scan.line.slice(place, scan.at);
  skipBlanks(scan);
  if (scan.at < scan.line.length) return fault(scan, "something after the timestamp");
  return /^-?\d{1,20}$/.test(text) ? text : { fault: "a timestamp that is no whole number", place };
}
