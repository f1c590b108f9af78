// Cuts the text of an expression into tokens. Placeholders are tokens too: what they stand for is never read as text.
import { ExpressionError, shown } from "./expression-error.ts";
import { readPlaceholder } from "./placeholder.ts";
import { readStringLiteral } from "./string-literal.ts";
import type { Dialect, Stretch, Token, Tokens } from "./token.ts";
import type { Limits } from "./work.ts";

export interface LexerOptions {
  readonly dialect: Dialect;
  readonly limits: Limits;
  /** What the content of a placeholder in single braces starts with, such as `collector.`. */
  readonly singlePrefixes: readonly string[];
}

/** What is read so far. */
interface Lexer extends LexerOptions {
  readonly stretch: Stretch;
  readonly tokens: Token[];
  readonly open: { readonly sign: string; readonly at: number }[];
  at: number;
}

/** Throws for signs that there are not, texts without end and brackets that do not match. */
export function readTokens(stretch: Stretch, options: LexerOptions): Tokens {
  const lexer: Lexer = { ...options, stretch, tokens: [], open: [], at: stretch.from };
  skipSpace(lexer);
  while (!isOver(lexer)) {
    lexer.tokens.push(readToken(lexer));
    skipSpace(lexer);
  }
  const opened = lexer.open.at(-1);
  if (opened !== undefined) throw new ExpressionError(`${opened.sign} is never closed`, { at: opened.at });
  lexer.tokens.push({ kind: "end", at: lexer.at, text: "" });
  return { tokens: lexer.tokens, end: lexer.at };
}

function isOver({ stretch, at, open }: Lexer): boolean {
  if (at >= stretch.text.length) return true;
  return open.length === 0 && (stretch.closers ?? []).some((closer) => stretch.text.startsWith(closer, at));
}

/** The text that a sticky pattern finds at the lexer's place. */
function found(pattern: RegExp, { stretch, at }: Lexer): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(stretch.text)?.[0];
}

const spaces = { expression: /(?:[ \t\r\n\f]|\\\r?\n|#[^\n]*)+/y, template: /[ \t\r\n\f]+/y };

function skipSpace(lexer: Lexer): void {
  lexer.at += found(spaces[lexer.dialect], lexer)?.length ?? 0;
}

const name = /[\p{L}\p{Nl}_][\p{L}\p{Nl}\p{Mn}\p{Nd}_]*/uy;
const digit = /\d/;

function readToken(lexer: Lexer): Token {
  const { text } = lexer.stretch;
  const sign = text.charAt(lexer.at);
  if (sign === "'" || sign === '"') return readString(lexer, "");
  if (digit.test(sign) || (sign === "." && digit.test(text.charAt(lexer.at + 1)))) return readDigits(lexer);
  const word = found(name, lexer);
  if (word === undefined) return readBrace(lexer) ?? readSymbol(lexer);
  const isPrefix = word.length <= 2 && /^["']/.test(text.charAt(lexer.at + word.length));
  if (isPrefix && /^[a-zA-Z]+$/.test(word)) return readString(lexer, word);
  return advance(lexer, { kind: "name", at: lexer.at, text: word });
}

function advance<T extends Token>(lexer: Lexer, token: T): T {
  lexer.at += token.text.length;
  return token;
}

function readString(lexer: Lexer, prefix: string): Token {
  const { at, stretch } = lexer;
  if (!/^[uUrR]?$/.test(prefix)) {
    const what = /f/i.test(prefix) ? "texts with {} inside (f'')" : `texts with the prefix ${prefix}`;
    throw new ExpressionError(`${what} are not part of this language`, { at });
  }
  const place = { at: at + prefix.length, isRaw: /r/i.test(prefix), hasBreaks: lexer.dialect === "template" };
  const { value, end } = readStringLiteral(stretch.text, place);
  return advance(lexer, { kind: "string", at, text: stretch.text.slice(at, end), value });
}

const numbers = {
  expression:
    /0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y,
  template: /0[xX][\da-fA-F_]+|0[oO][0-7_]+|0[bB][01_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?/y,
};
/** `list.0.1`: places one after another, no fraction. */
const placeNumber = /\d+/y;

function readDigits(lexer: Lexer): Token {
  const previous = lexer.tokens.at(-1);
  const isPlace = lexer.dialect === "template" && previous?.text === "." && previous.kind === "symbol";
  const text = found(isPlace ? placeNumber : numbers[lexer.dialect], lexer);
  if (text === undefined) return readSymbol(lexer);
  const { at } = lexer;
  advance(lexer, { kind: "number", at, text, value: 0 });
  const rest = found(name, lexer);
  if (rest !== undefined) throw new ExpressionError(`${shown(text + rest)} is not a number`, { at });
  return { kind: "number", at, text, value: numberValue(text, at) };
}

function numberValue(text: string, at: number): number {
  const plain = text.replaceAll("_", "");
  const value = Number(plain);
  if (/^0\d*[1-9]/.test(plain) && /^\d+$/.test(plain)) {
    throw new ExpressionError(`${text} starts with zero: octal numbers are written 0o${plain.slice(1)}`, {
      at,
    });
  }
  const isWhole = !/[.e]/i.test(plain) || /^0x/i.test(plain);
  if (Number.isFinite(value) && (!isWhole || Number.isSafeInteger(value))) return value;
  const reason = Number.isNaN(value)
    ? `${text} is not a number`
    : "number too large: whole numbers are exact up to 9007199254740991";
  throw new ExpressionError(reason, { at });
}

const symbol = /\*\*|\/\/|[=!<>:]=|<>|<<|>>|\|\||&&|[-+*/%@&|^~<>=()[\]{},:.;!]/y;
const closing: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

function readSymbol(lexer: Lexer): Token {
  const { at, open, stretch } = lexer;
  const text = found(symbol, lexer);
  if (text === undefined) {
    const sign = String.fromCodePoint(stretch.text.codePointAt(at) ?? 0);
    throw new ExpressionError(`${shown(sign)} is not part of this language`, { at });
  }
  if ("([{".includes(text)) open.push({ sign: text, at });
  const opener = closing[text];
  if (opener !== undefined && open.pop()?.sign !== opener) {
    throw new ExpressionError(`${text} closes nothing`, { at });
  }
  return advance(lexer, { kind: "symbol", at, text });
}

function readBrace(lexer: Lexer): Token | undefined {
  if (lexer.dialect === "template" || lexer.stretch.text[lexer.at] !== "{") return undefined;
  const token = readPlaceholder(lexer, (stretch) => readTokens(stretch, lexer));
  return token && advance(lexer, token);
}
