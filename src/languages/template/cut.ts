// Cuts a template into text, prints and tags. Space around tags is taken off here, as Jinja's settings and signs tell.
import { ExpressionError } from "../expression/expression-error.ts";
import { type LexerOptions, readTokens } from "../expression/lexer.ts";
import type { Token } from "../expression/token.ts";
import type { Limits } from "../expression/work.ts";

export interface SpaceOptions {
  /** The line break behind a tag is not part of the text. */
  readonly trimBlocks?: boolean;
  /** Space between the start of a line and a tag is not part of the text. */
  readonly lstripBlocks?: boolean;
  /** The last line break of a template is part of the text. */
  readonly keepTrailingNewline?: boolean;
}

export type Chunk =
  | { readonly kind: "text"; readonly text: string; readonly at: number }
  | { readonly kind: "print" | "tag"; readonly tokens: readonly Token[]; readonly at: number };

/** What stands between the signs of one opening. */
interface Inside {
  readonly tokens: readonly Token[] | undefined;
  readonly text: string | undefined;
  readonly end: number;
  /** `-` takes all space behind it off, `+` leaves all. */
  readonly sign: string;
}

interface Cutter extends SpaceOptions {
  readonly text: string;
  readonly lexer: LexerOptions;
  readonly chunks: Chunk[];
}

/** Throws ExpressionError with a column that counts from the start of the template. */
export function cutTemplate(
  source: string,
  options: SpaceOptions & { readonly limits: Limits },
): readonly Chunk[] {
  const text = options.keepTrailingNewline ? source : source.replace(/\n$/, "");
  const lexer: LexerOptions = { dialect: "template", limits: options.limits, singlePrefixes: [] };
  const cutter: Cutter = { ...options, text, lexer, chunks: [] };
  const opening = /\{[{%#]/g;
  let from = 0;
  for (;;) {
    opening.lastIndex = from;
    const match = opening.exec(text);
    if (match === null) break;
    const kind = match[0].charAt(1);
    putText(cutter, { from, to: match.index, kind });
    const inside = readInside(cutter, match.index, kind);
    if (inside.tokens !== undefined) {
      cutter.chunks.push({ kind: kind === "{" ? "print" : "tag", tokens: inside.tokens, at: match.index });
    }
    if (inside.text !== undefined) cutter.chunks.push({ kind: "text", text: inside.text, at: match.index });
    from = afterSpace(cutter, inside, kind);
  }
  cutter.chunks.push({ kind: "text", text: text.slice(from), at: from });
  return cutter.chunks.filter((chunk) => chunk.kind !== "text" || chunk.text !== "");
}

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly kind: string;
}

function putText({ text, chunks, lstripBlocks }: Cutter, { from, to, kind }: Stretch): void {
  const piece = text.slice(from, to);
  const sign = text.charAt(to + 2);
  if (sign === "-") chunks.push({ kind: "text", text: piece.trimEnd(), at: from });
  else if (kind !== "{" && sign !== "+" && lstripBlocks) {
    chunks.push({ kind: "text", text: withoutIndent(text, from, to), at: from });
  } else chunks.push({ kind: "text", text: piece, at: from });
}

function withoutIndent(text: string, from: number, to: number): string {
  const piece = text.slice(from, to);
  const lineStart = piece.lastIndexOf("\n") + 1;
  const isAtStart = lineStart > 0 || from === 0 || text[from - 1] === "\n";
  return isAtStart && piece.slice(lineStart).trim() === "" ? piece.slice(0, lineStart) : piece;
}

function afterSpace({ text, trimBlocks }: Cutter, { end, sign }: Inside, kind: string): number {
  if (sign === "-") return end + (/^\s*/.exec(text.slice(end))?.[0].length ?? 0);
  if (kind === "{" || sign === "+" || !trimBlocks) return end;
  return text.startsWith("\n", end) ? end + 1 : end;
}

function readInside(cutter: Cutter, at: number, kind: string): Inside {
  if (kind === "#") return readComment(cutter.text, at);
  return (kind === "%" ? readRaw(cutter, at) : undefined) ?? readExpression(cutter, at, kind);
}

function readComment(text: string, at: number): Inside {
  const close = text.indexOf("#}", at + 2);
  if (close < 0) throw new ExpressionError("the remark {# is never closed", { at });
  return { tokens: undefined, text: undefined, end: close + 2, sign: signBefore(text, close) };
}

function signBefore(text: string, close: number): string {
  return /[-+]/.exec(text.charAt(close - 1))?.[0] ?? "";
}

const rawStart = /\{%[-+]?\s*raw\s*([-+]?)%\}/y;
const rawEnd = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g;

function readRaw({ text, lstripBlocks }: Cutter, at: number): Inside | undefined {
  rawStart.lastIndex = at;
  const start = rawStart.exec(text);
  if (start === null) return undefined;
  const from = at + start[0].length;
  rawEnd.lastIndex = from;
  const end = rawEnd.exec(text);
  if (end === null) throw new ExpressionError("raw is never closed by endraw", { at });
  let raw = text.slice(from, end.index);
  if (start[1] === "-") raw = raw.trimStart();
  if (end[1] === "-") raw = raw.trimEnd();
  else if (end[1] === "" && lstripBlocks) raw = raw.replace(/(^|\n)[ \t]*$/, "$1");
  return { tokens: undefined, text: raw, end: end.index + end[0].length, sign: end[2] ?? "" };
}

function readExpression({ text, lexer }: Cutter, at: number, kind: string): Inside {
  const close = kind === "{" ? "}}" : "%}";
  const from = /[-+]/.test(text.charAt(at + 2)) ? at + 3 : at + 2;
  const { tokens, end } = readTokens({ text, from, closers: [close, `-${close}`, `+${close}`] }, lexer);
  if (end >= text.length) throw new ExpressionError(`{${kind} is never closed`, { at });
  const sign = text.startsWith(close, end) ? "" : text.charAt(end);
  return { tokens, text: undefined, end: end + close.length + sign.length, sign };
}
