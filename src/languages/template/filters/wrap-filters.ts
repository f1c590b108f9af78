// Filters that lay text out: lines, widths, lengths.
import { isTrue } from "../../expression/value.ts";
import { takeText, type Work } from "../../expression/work.ts";
import { type FilterEntry, numberFrom, textFilter } from "./filter.ts";

interface Indent {
  readonly by: string;
  readonly isFirst: boolean;
  readonly isBlank: boolean;
  readonly work: Work;
}

function indented(text: string, { by, isFirst, isBlank, work }: Indent): string {
  const lines = text.split("\n");
  takeText(work, text.length + lines.length * by.length);
  const indent = (line: string) => (line === "" && !isBlank ? line : by + line);
  const [first = "", ...rest] = lines;
  return [isFirst ? indent(first) : first, ...rest.map(indent)].join("\n");
}

interface Cut {
  readonly length: number;
  readonly cutsWords: boolean;
  readonly end: string;
  readonly leeway: number;
}

function truncated(text: string, { length, cutsWords, end, leeway }: Cut): string {
  if (text.length <= length + leeway) return text;
  const kept = text.slice(0, Math.max(0, length - end.length));
  if (cutsWords) return kept + end;
  const space = kept.lastIndexOf(" ");
  return (space < 0 ? kept : kept.slice(0, space)) + end;
}

interface Wrap {
  readonly width: number;
  readonly cutsWords: boolean;
}

/** Each line on its own, so that breaks that are there stay. */
function wrapped(text: string, wrap: Wrap): string[] {
  return text.split("\n").flatMap((line) => wrappedLine(line, wrap));
}

function wrappedLine(line: string, { width, cutsWords }: Wrap): string[] {
  const lines: string[] = [];
  let current = "";
  for (const piece of piecesOf(line, cutsWords ? width : Number.POSITIVE_INFINITY)) {
    const fits = current.length + piece.length <= width || current.trim() === "";
    if (!fits) lines.push(current.trimEnd());
    // Space at the end of a line goes, also what would begin the next one.
    current = fits ? current + piece : piece.trimStart();
  }
  const last = current.trimEnd();
  return last === "" && lines.length > 0 ? lines : [...lines, last];
}

/** Words, their parts before dashes, and the space between them, none longer than a line. */
function* piecesOf(line: string, longest: number): Generator<string> {
  for (const piece of line.match(/\s+|[^\s-]+-*|-+/g) ?? []) {
    for (let at = 0; at < piece.length; at += longest) yield piece.slice(at, at + longest);
  }
}

export const wrapFilters: readonly FilterEntry[] = [
  textFilter("indent", { width: 4, first: false, blank: false }, (text, [width, first, blank], { work }) => {
    const signs = typeof width === "string" ? width : undefined;
    if (signs === undefined) takeText(work, numberFrom(width));
    const by = signs ?? " ".repeat(Math.max(0, numberFrom(width)));
    return indented(text, { by, isFirst: isTrue(first), isBlank: isTrue(blank), work });
  }),
  textFilter(
    "truncate",
    { length: 255, killwords: false, end: "...", leeway: 5 },
    (text, [length, killwords, end, leeway]) =>
      truncated(text, {
        length: numberFrom(length),
        cutsWords: isTrue(killwords),
        end: String(end),
        leeway: numberFrom(leeway),
      }),
  ),
  textFilter(
    "wordwrap",
    { width: 79, break_long_words: true, wrapstring: null },
    (text, [width, cutsWords, joint], { work }) => {
      const wrap = { width: Math.max(1, numberFrom(width)), cutsWords: isTrue(cutsWords) };
      const by = typeof joint === "string" ? joint : "\n";
      takeText(work, text.length * (1 + by.length));
      return wrapped(text, wrap).join(by);
    },
  ),
];
