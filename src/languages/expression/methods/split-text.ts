// Texts cut into pieces, and freed of what stands at their ends.
import { ExpressionError } from "../expression-error.ts";
import { takeList, type Work } from "../work.ts";

export interface Split {
  /** Undefined: any amount of space, none of it kept. */
  readonly separator: string | undefined;
  /** Cuts at most; negative: all. */
  readonly most: number;
  readonly isFromRight: boolean;
  readonly work: Work;
}

export function splitText(text: string, { separator, most, isFromRight, work }: Split): string[] {
  if (separator === "") throw new ExpressionError("a text cannot be split at nothing");
  const pieces = separator === undefined ? wordsOf(text) : text.split(separator);
  takeList(work, pieces.length);
  if (most < 0 || pieces.length <= most + 1) return pieces;
  if (separator === undefined) return isFromRight ? lastWords(text, most) : firstWords(text, most);
  if (!isFromRight) return [...pieces.slice(0, most), pieces.slice(most).join(separator)];
  const kept = pieces.length - most;
  return [pieces.slice(0, kept).join(separator), ...pieces.slice(kept)];
}

function wordsOf(text: string): string[] {
  const trimmed = text.trim();
  return trimmed === "" ? [] : trimmed.split(/\s+/);
}

function firstWords(text: string, most: number): string[] {
  const words: string[] = [];
  let rest = text.trimStart();
  while (words.length < most) {
    const space = rest.search(/\s/);
    words.push(rest.slice(0, space));
    rest = rest.slice(space).trimStart();
  }
  return [...words, rest];
}

function lastWords(text: string, most: number): string[] {
  const reversed = firstWords([...text].reverse().join(""), most);
  return reversed.map((word) => [...word].reverse().join("")).reverse();
}

/** What ends a line. */
const lineBreak = /\r\n|[\n\r\v\f\u{85}\u2028\u2029]/u;

export function splitLines(text: string, work: Work): string[] {
  const lines = text.split(lineBreak);
  if (lines.at(-1) === "") lines.pop();
  takeList(work, lines.length);
  return lines;
}

/** Without the signs at its ends; without space when no signs are told. */
export function stripText(text: string, signs: string | undefined, side: "left" | "right" | "both"): string {
  const isStripped =
    signs === undefined ? (sign: string) => /\s/.test(sign) : (sign: string) => signs.includes(sign);
  let [start, end] = [0, text.length];
  if (side !== "right") while (start < end && isStripped(text.charAt(start))) start += 1;
  if (side !== "left") while (end > start && isStripped(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
