// Regular expressions of operators and data: they take time in proportion to the text, whatever they say.
import { RE2JS } from "re2js";
import { BoundedMap } from "../../kernel/bounded-map.ts";
import { reasonOf } from "../../kernel/errors.ts";
import { ExpressionError, shown } from "./expression-error.ts";

export interface Pattern {
  /** Whether some part of the text matches. */
  matches(text: string): boolean;
}

export interface PatternOptions {
  readonly ignoreCase?: boolean;
}

const longest = 1000;
/** Parts of a pattern, counted as often as they are repeated. */
const mostParts = 10_000;
const kept = new BoundedMap<string, Pattern>(256);

/** A regular expression of RE2, kept for the next time. Throws ExpressionError when it is wrong or too large. */
export function compilePattern(text: string, { ignoreCase = false }: PatternOptions = {}): Pattern {
  const key = `${ignoreCase ? "i" : "c"}${text}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  if (text.length > longest) {
    throw new ExpressionError(`the pattern ${shown(text)} is longer than ${longest} characters`);
  }
  if (partsOfPattern(text) > mostParts)
    throw new ExpressionError(`the pattern ${shown(text)} repeats too much`);
  const pattern = compiled(text, ignoreCase);
  kept.set(key, pattern);
  return pattern;
}

function compiled(text: string, ignoreCase: boolean): Pattern {
  try {
    const program = RE2JS.compile(text, ignoreCase ? RE2JS.CASE_INSENSITIVE : 0);
    return { matches: (subject) => program.test(subject) };
  } catch (cause) {
    throw new ExpressionError(`the pattern ${shown(text)} is wrong: ${reasonOf(cause)}`, { cause });
  }
}

const part = /\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\{(\d+)(?:,(\d*))?\}|\(|\)|[\s\S]/g;

/** A guess from above at how large the pattern gets when its repetitions are written out. */
function partsOfPattern(text: string): number {
  const open: number[] = [0];
  let last = 0;
  for (const [sign, least, most] of text.matchAll(part)) {
    const sum = open.pop() ?? 0;
    if (least !== undefined) {
      const more = last * (Math.max(Number(least), Number(most ?? 0), 1) - 1);
      last += more;
      open.push(sum + more);
    } else if (sign === "(") open.push(sum, 0);
    else if (sign === ")") {
      last = sum;
      open.push((open.pop() ?? 0) + sum);
    } else {
      last = 1;
      open.push(sum + 1);
    }
  }
  return open.reduce((total, sum) => total + sum, 0);
}
