// Finds `{{name}}`, `{{name||default}}` and `{name}` where an expression has them.
import { ExpressionError } from "./expression-error.ts";
import type { PlaceholderToken, Stretch, Tokens } from "./token.ts";
import type { Limits } from "./work.ts";

interface Position {
  readonly stretch: Stretch;
  readonly at: number;
  readonly singlePrefixes: readonly string[];
  readonly limits: Limits;
}

/**
 * The placeholder that starts at a brace, or undefined where the brace opens a dict or set. Inside a text in quotes
 * braces are letters like others: no placeholder is looked for there.
 */
export function readPlaceholder(
  position: Position,
  read: (stretch: Stretch) => Tokens,
): PlaceholderToken | undefined {
  const { text } = position.stretch;
  return text.startsWith("{{", position.at) ? readDouble(position, read) : readSingle(position);
}

function readSingle({ stretch: { text }, at, singlePrefixes }: Position): PlaceholderToken | undefined {
  const isKnown = singlePrefixes.some((prefix) => text.startsWith(prefix, at + 1));
  const end = isKnown ? text.indexOf("}", at) : -1;
  if (end < 0) return undefined;
  const name = text.slice(at + 1, end).trim();
  return {
    kind: "placeholder",
    form: "single",
    name,
    fallback: undefined,
    at,
    text: text.slice(at, end + 1),
  };
}

function readDouble(position: Position, read: (stretch: Stretch) => Tokens): PlaceholderToken {
  const { stretch, at } = position;
  const { text } = stretch;
  const close = text.indexOf("}}", at);
  const bars = text.indexOf("||", at);
  const hasFallback = bars >= 0 && (close < 0 || bars < close);
  if (close < 0 && !hasFallback) throw new ExpressionError("{{ is never closed", { at });
  const name = text.slice(at + 2, hasFallback ? bars : close).trim();
  if (name === "") throw new ExpressionError("{{ }} names nothing", { at });
  const fallback = hasFallback ? readFallback(position, bars + 2, read) : undefined;
  const end = fallback?.end ?? close;
  if (!text.startsWith("}}", end)) throw new ExpressionError("{{ is never closed", { at });
  const whole = text.slice(at, end + 2);
  return { kind: "placeholder", form: "double", name, fallback: fallback?.tokens, at, text: whole };
}

function readFallback(
  { stretch, limits, at }: Position,
  from: number,
  read: (stretch: Stretch) => Tokens,
): Tokens {
  const depth = (stretch.depth ?? 0) + 1;
  if (depth > Math.min(limits.depth, 50)) throw new ExpressionError("defaults are nested too deeply", { at });
  const tokens = read({ text: stretch.text, from, closers: ["}}"], depth });
  if (tokens.tokens.length === 1) throw new ExpressionError("no default stands after ||", { at });
  return tokens;
}
