// Names of groups with placeholders in them: `country::{{collector.geoloc.country}}` (contract opsbro §2.1).
import type { Value } from "../../languages/expression/index.ts";
import { type BoundExpression, type Expressions, pythonText } from "../expressions/expressions.ts";

export interface GroupTemplate {
  readonly parts: readonly BoundExpression[];
  /** A value that holds a comma, or a list, makes several groups; undefined: a value is missing. */
  fill(evaluate: (bound: BoundExpression) => Promise<Value>): Promise<readonly string[] | undefined>;
}

const groupCharacters = 200;

/** Throws `ExpressionError` for a placeholder that cannot be read. */
export function groupTemplate(text: string, expressions: Expressions): GroupTemplate {
  const pieces = piecesOf(text);
  const bound = pieces.map((piece) => (piece.startsWith("{{") ? expressions.compile(piece) : piece));
  return {
    parts: bound.filter((piece) => typeof piece !== "string"),
    async fill(evaluate) {
      let whole = "";
      for (const piece of bound) {
        const text = typeof piece === "string" ? piece : textOf(await evaluate(piece));
        // `country::` would be a group of those of whom nothing is known.
        if (text === "") return undefined;
        whole += text;
      }
      return whole
        .split(",")
        .map((group) => group.trim())
        .filter(isGroup);
    },
  };
}

function textOf(value: Value): string {
  if (Array.isArray(value) || value instanceof Set)
    return [...(value as Iterable<Value>)].map((item) => pythonText(item)).join(",");
  return pythonText(value);
}

/** What comes from outside may be anything: it names a group only when people could type it. */
function isGroup(group: string): boolean {
  return group !== "" && group.length <= groupCharacters && !/\p{Cc}/u.test(group);
}

/** What stands between braces, braces included, and what stands around it. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf("{{", at);
    const close = open < 0 ? -1 : text.indexOf("}}", open + 2);
    if (close < 0) return [...pieces, text.slice(at)];
    pieces.push(text.slice(at, open), text.slice(open, close + 2));
    at = close + 2;
  }
  return pieces.filter((piece) => piece !== "");
}
