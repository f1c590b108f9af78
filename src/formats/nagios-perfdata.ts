// Performance data of Nagios programs: what stands behind the bar (monitoring-plugins guidelines, section 2.6).
import { parseDecimal } from "./sensu-metric.ts";

export interface PerformanceDatum {
  readonly label: string;
  /** In `unit`. */
  readonly value: number;
  /** As written: `s`, `ms`, `%`, `B`, `KB`, `c` or nothing. */
  readonly unit: string;
}

export interface PerformanceData {
  readonly data: readonly PerformanceDatum[];
  /** Items that could not be read. */
  readonly refusedCount: number;
}

/** The data of a program's whole output: behind the bar of the first line and of the long text. Total. */
export function parsePerformanceData(output: string): PerformanceData {
  const data: PerformanceDatum[] = [];
  let refusedCount = 0;
  for (const item of itemsOf(afterBars(output))) {
    const datum = parseItem(item);
    if (datum === undefined) refusedCount += 1;
    else data.push(datum);
  }
  return { data, refusedCount };
}

/** First line: what is behind its bar. Further lines: everything behind the one bar that they may have. */
function afterBars(output: string): string {
  const end = output.indexOf("\n");
  const first = end < 0 ? output : output.slice(0, end);
  const others = end < 0 ? "" : output.slice(end + 1);
  const behind = (text: string) => (text.includes("|") ? text.slice(text.indexOf("|") + 1) : "");
  return `${behind(first)} ${behind(others)}`;
}

/** Items stand between white space; a label in single quotes may hold blanks, and two quotes for one. One walk. */
function itemsOf(text: string): string[] {
  const items: string[] = [];
  for (let place = 0; place < text.length; ) {
    const start = place;
    if (text[place] === "'") place = endOfLabel(text, place);
    while (place < text.length && !isBlank(text[place])) place += 1;
    if (place > start) items.push(text.slice(start, place));
    else place += 1;
  }
  return items;
}

/** Index behind the closing quote; the end of the text when there is none. */
function endOfLabel(text: string, start: number): number {
  for (let place = start + 1; place < text.length; place += 1) {
    if (text[place] !== "'") continue;
    if (text[place + 1] !== "'") return place + 1;
    place += 1;
  }
  return text.length;
}

function isBlank(character: string | undefined): boolean {
  return character === " " || character === "\t" || character === "\n" || character === "\r";
}

/** Characters of the longest item that is looked at. */
const itemLimit = 1024;

function parseItem(item: string): PerformanceDatum | undefined {
  if (item.length > itemLimit) return undefined;
  // A label without quotes that holds what separates is the rest of a broken one; a comma behind is a list's.
  const parts = /^('(?:[^']|'')*'|[^=;]+)=([^;]*?),?(?:;|$)/.exec(item);
  const [, quoted = "", measured = ""] = parts ?? [];
  const label = quoted.startsWith("'") ? quoted.slice(1, -1).replaceAll("''", "'") : quoted;
  const [, number = "", unit = ""] =
    /^([+-]?[\d.,]{1,400}(?:[eE][+-]?\d{1,4})?)([^\d.,;]{0,32})$/.exec(measured) ?? [];
  const value = parseDecimal(number.replace(",", "."));
  if (label === "" || /[\p{Cc}\p{Cs}]/u.test(label) || value === undefined || !Number.isFinite(value))
    return undefined;
  return { label, value, unit };
}
