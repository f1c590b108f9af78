// Names of series in a target: where they end, and what they are without their backslashes.
import { type Cursor, isBlank, TargetFault } from "./cursor.ts";

const delimiters = "(){},'\"\\|";

export interface PathText {
  readonly text: string;
  /** Without braces and backslashes: it may be a word or a number as well. */
  readonly plain: boolean;
}

/**
 * Reads a name to the bracket, comma, quote or bar that ends it. Commas within braces belong to it, and so do blanks that
 * something of a name follows. Empty when none stands there.
 */
export function readPath(cursor: Cursor): PathText {
  const found = { text: "", plain: true, braces: 0 };
  while (takesPart(cursor, found));
  if (found.braces > 0) throw new TargetFault(cursor.at, "a brace is not closed");
  return found;
}

interface Found {
  text: string;
  plain: boolean;
  braces: number;
}

/** One more character of a name, or the blanks within it. */
function takesPart(cursor: Cursor, found: Found): boolean {
  const character = cursor.text[cursor.at];
  if (character === undefined) return false;
  if (character === "\\") {
    found.text += escaped(cursor);
    found.plain = false;
    return true;
  }
  if (isBlank(character)) {
    const blanks = found.text === "" ? "" : blanksWithin(cursor);
    found.text += blanks;
    return blanks !== "";
  }
  if (!belongs(character, found.braces)) return false;
  if (character === "{") {
    found.braces += 1;
    found.plain = false;
  } else if (character === "}") found.braces -= 1;
  found.text += character;
  cursor.at += 1;
  return true;
}

function belongs(character: string, braces: number): boolean {
  if (character === "{") return true;
  if (character === "}" || character === ",") return braces > 0;
  return !delimiters.includes(character);
}

function escaped(cursor: Cursor): string {
  const point = cursor.text.codePointAt(cursor.at + 1);
  if (point === undefined) throw new TargetFault(cursor.at, "a backslash with nothing behind it");
  const character = String.fromCodePoint(point);
  cursor.at += 1 + character.length;
  return character;
}

/** The blanks at the cursor when a name goes on behind them. */
function blanksWithin(cursor: Cursor): string {
  let end = cursor.at;
  while (isBlank(cursor.text[end])) end += 1;
  const next = cursor.text[end];
  if (next === undefined || delimiters.replace("\\", "").includes(next)) return "";
  const blanks = cursor.text.slice(cursor.at, end);
  cursor.at = end;
  return blanks;
}
