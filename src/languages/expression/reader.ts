// Walks over tokens, for whatever is read from them.
import { ExpressionError, shown } from "./expression-error.ts";
import type { Node } from "./syntax.ts";
import type { Dialect, Token } from "./token.ts";

/** A position in tokens, and how an expression is read at it. */
export interface Reader {
  readonly tokens: readonly Token[];
  readonly dialect: Dialect;
  readonly depthLimit: number;
  /** Reads one expression; held here because brackets hold expressions and expressions hold brackets. */
  readonly readNode: (reader: Reader) => Node;
  place: number;
  depth: number;
}

const over: Token = { kind: "end", at: 0, text: "" };

export function current(reader: Reader): Token {
  return reader.tokens[reader.place] ?? over;
}

export function advance(reader: Reader): Token {
  const token = current(reader);
  if (token.kind !== "end") reader.place += 1;
  return token;
}

/** Whether a sign or word comes next. Texts in quotes never count: theirs begins with the quote. */
export function isNext(reader: Reader, text: string, ahead = 0): boolean {
  return reader.tokens[reader.place + ahead]?.text === text && text !== "";
}

/** Steps over a sign or word if it comes next. */
export function skip(reader: Reader, text: string): boolean {
  if (!isNext(reader, text)) return false;
  reader.place += 1;
  return true;
}

/** Steps over a sign or word. Throws when something else comes next. */
export function expect(reader: Reader, text: string): Token {
  if (isNext(reader, text)) return advance(reader);
  throw unexpected(current(reader), `${text} is expected`);
}

/** A name that comes next. Throws when something else does. */
export function expectName(reader: Reader): Token {
  const token = current(reader);
  if (token.kind === "name") return advance(reader);
  throw unexpected(token, "a name is expected");
}

/** Reads something that may hold its like. Throws when that goes too deep. */
export function deeper<Result>(reader: Reader, read: (reader: Reader) => Result): Result {
  reader.depth += 1;
  if (reader.depth > reader.depthLimit) {
    throw new ExpressionError(`nested deeper than ${reader.depthLimit}`, { at: current(reader).at });
  }
  const result = read(reader);
  reader.depth -= 1;
  return result;
}

const refused: ReadonlyMap<string, string> = new Map([
  ["lambda", "lambda is not part of this language: functions are given, not written"],
  ["for", "comprehensions (for) are not part of this language"],
  ["async", "comprehensions (async for) are not part of this language"],
  ["await", "await is not part of this language: what has to wait does so by itself"],
  ["yield", "yield is not part of this language"],
  ["import", "import is not part of this language"],
  [":=", "assignment (:=) is not part of this language"],
  ["=", "assignment is not part of this language; == compares"],
  [";", "only one expression can be given"],
  ["||", "|| is no operator; write or"],
  ["&&", "&& is no operator; write and"],
  ["!", "! is no operator; write not"],
  ["<>", "<> is no operator; write !="],
  ["<<", "<< and >> are not part of this language"],
  [">>", "<< and >> are not part of this language"],
  ["@", "@ is not part of this language"],
]);

/** What to say about a token that does not fit. */
export function unexpected({ kind, text, at }: Token, otherwise?: string): ExpressionError {
  const reason = kind === "string" ? undefined : refused.get(text);
  const what = kind === "end" ? "the expression ends too early" : `${shown(text)} does not fit here`;
  const hint = otherwise === undefined ? "" : `: ${otherwise}`;
  return new ExpressionError(reason ?? `${what}${hint}`, { at });
}
