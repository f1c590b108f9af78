// From the text of an expression to its tree.
import { ExpressionError } from "./expression-error.ts";
import { type LexerOptions, readTokens } from "./lexer.ts";
import { parseChoice } from "./parse-operators.ts";
import { current, type Reader, unexpected } from "./reader.ts";
import { measureTree, type Node } from "./syntax.ts";
import type { Dialect, Token } from "./token.ts";
import type { Limits } from "./work.ts";

/** Reads one expression, the whole text. Throws ExpressionError with the column of what is wrong. */
export function parseExpression(text: string, options: LexerOptions): Node {
  const { limits } = options;
  if (text.length > limits.sourceLength) {
    throw new ExpressionError(`the expression is longer than ${limits.sourceLength} characters`);
  }
  const { tokens } = readTokens({ text, from: 0 }, options);
  if (tokens.length === 1) throw new ExpressionError("the expression is empty", { at: 0 });
  const reader = startReader(tokens, options);
  const node = parseChoice(reader);
  const rest = current(reader);
  if (rest.kind !== "end") throw unexpected(rest);
  measureTree(node, limits.depth);
  return node;
}

interface ReaderOptions {
  readonly dialect: Dialect;
  readonly limits: Limits;
}

/** Stands before the first of some tokens. */
export function startReader(tokens: readonly Token[], { dialect, limits }: ReaderOptions): Reader {
  return { tokens, dialect, depthLimit: limits.depth, readNode: parseChoice, place: 0, depth: 0 };
}
