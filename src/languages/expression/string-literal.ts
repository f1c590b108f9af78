// Texts in quotes: where they end, and what their escapes stand for.
import { ExpressionError } from "./expression-error.ts";

export interface StringLiteral {
  readonly value: string;
  /** Place after the last quote. */
  readonly end: number;
}

export interface LiteralPlace {
  /** Place of the first quote. */
  readonly at: number;
  readonly isRaw: boolean;
  /** Whether it may go on in the next line. */
  readonly hasBreaks?: boolean;
}

/** Reads a text that starts with a quote, or with three. Throws when it has no end. */
export function readStringLiteral(
  text: string,
  { at, isRaw, hasBreaks = false }: LiteralPlace,
): StringLiteral {
  const mark = text.charAt(at);
  const quote = !hasBreaks && text.startsWith(mark.repeat(3), at) ? mark.repeat(3) : mark;
  const start = at + quote.length;
  const stop = endOf(text, start, { quote, hasBreaks });
  if (stop === undefined) throw new ExpressionError("the text in quotes has no end", { at });
  const inner = text.slice(start, stop);
  const value = isRaw || !inner.includes("\\") ? inner : unescaped(inner, start);
  return { value, end: stop + quote.length };
}

interface Ending {
  readonly quote: string;
  readonly hasBreaks: boolean;
}

function endOf(text: string, start: number, { quote, hasBreaks }: Ending): number | undefined {
  for (let at = start; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === "\\") at += 1;
    else if (sign === quote[0] && text.startsWith(quote, at)) return at;
    else if (sign === "\n" && quote.length === 1 && !hasBreaks) return undefined;
  }
  return undefined;
}

const simple: ReadonlyMap<string, string> = new Map([
  ["\n", ""],
  ["\\", "\\"],
  ["'", "'"],
  ['"', '"'],
  ["a", "\x07"],
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"],
  ["v", "\v"],
]);

const escapePattern = /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|([0-7]{1,3})|([\s\S]))/g;

/** An escape that Python does not know stays as it is written. */
function unescaped(inner: string, start: number): string {
  return inner.replace(escapePattern, (whole: string, ...found: (string | number | undefined)[]) => {
    const [x, u, wide, octal, other] = found;
    const at = start + Number(found[5]);
    const hex = x ?? u ?? wide;
    if (hex !== undefined) return character(Number.parseInt(String(hex), 16), at);
    if (octal !== undefined) return character(Number.parseInt(String(octal), 8), at);
    if (other === "x" || other === "u" || other === "U" || other === "N") {
      throw new ExpressionError(`the escape \\${other} lacks its digits`, { at });
    }
    return simple.get(String(other)) ?? whole;
  });
}

function character(code: number, at: number): string {
  if (code > 0x10ffff) throw new ExpressionError("there is no character of this number", { at });
  return String.fromCodePoint(code);
}
