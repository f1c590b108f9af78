// Lines of Graphite's plaintext protocol, plain and tagged: `name;tag=value 1.5 1700000000`. Written and read.
import { type Metric, noTags, type Tags } from "../metric/metric.ts";

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

export interface GraphiteForm {
  /** Stands before every name, dots and all. */
  readonly prefix: string;
  /** Tags as tags, as further parts of the name (`name.tag.value`), or not at all. */
  readonly tags: "graphite" | "dotted" | "none";
  /** The host as one more tag, as the part before the name, or not at all. */
  readonly host: "tag" | "prefix" | "none";
}

/** One line with its newline. */
export type GraphiteLine = (metric: Metric, host: string) => string;

/** `{host}` in the prefix stands for the host; a tag `host` of the metric's own wins. */
export function createGraphiteLine(form: GraphiteForm): GraphiteLine {
  let lastHost: string | undefined;
  let before = "";
  return (metric, host) => {
    if (host !== lastHost) {
      lastHost = host;
      const part = graphitePart(host);
      const prefix = graphiteText(form.prefix.replaceAll("{host}", part));
      before = form.host === "prefix" ? `${prefix}${part}.` : prefix;
    }
    const path = before + graphiteText(metric.name) + tagsText(metric.tags, host, form);
    return `${path} ${metric.value} ${Math.floor(metric.timestampMs / 1000)}\n`;
  };
}

function tagsText(tags: Tags, host: string, form: GraphiteForm): string {
  if (form.tags === "none") return "";
  const write = form.tags === "graphite" ? tagText : dottedText;
  const names = Object.keys(tags);
  if (form.host === "tag" && tags["host"] === undefined) names.push("host");
  if (names.length > 1) names.sort();
  let text = "";
  for (const tag of names) text += write(tag, tags[tag] ?? host);
  return text;
}

/** Tag names may not have `;!^=`, values no `;` and no `~` in front. */
function tagText(tag: string, value: string): string {
  if (value === "") return "";
  const name = graphiteText(tag).replace(/[!^=]/g, "_");
  const text = spoiling.test(value) ? value.replace(everySpoiling, "_") : value;
  return `;${name}=${text.startsWith("~") ? `_${text.slice(1)}` : text}`;
}

function dottedText(tag: string, value: string): string {
  return value === "" ? "" : `.${graphitePart(tag)}.${graphitePart(value)}`;
}

/** What ends a field, and `;`. */
const spoiling = /[\s\p{Cc};]/u;
const everySpoiling = /[\s\p{Cc};]/gu;
/** Besides those: what makes a folder, and what means something in a query, so that the name could not be asked for. */
const unfit = /[\s\p{Cc};/*?[\]{}()'"\\,]/u;
const everyUnfit = /[\s\p{Cc};/*?[\]{}()'"\\,]/gu;

/** A name in characters that carbon stores and Graphite can be asked for. */
function graphiteText(text: string): string {
  return unfit.test(text) ? text.replace(everyUnfit, "_") : text;
}

/** The same for one part of a name: no dots. */
function graphitePart(text: string): string {
  return graphiteText(text.includes(".") ? text.replaceAll(".", "_") : text);
}
