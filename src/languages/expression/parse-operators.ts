// Reads operators by their rank. Templates rank some differently than Python: signs bind tighter than powers.
import type { BinaryOperator } from "./arithmetic.ts";
import { parseFilters, parseOperand } from "./parse-postfix.ts";
import { advance, current, deeper, expect, isNext, type Reader, skip } from "./reader.ts";
import type { Comparator, ComparisonPart, Node } from "./syntax.ts";
import type { Dialect } from "./token.ts";

/** From loose to tight; those of one rank are read from left to right. `~` joins texts in a template. */
const ranks: Readonly<Record<Dialect, readonly (readonly string[])[]>> = {
  expression: [["|"], ["^"], ["&"], ["+", "-"], ["*", "/", "//", "%"]],
  template: [["+", "-"], ["~"], ["*", "/", "//", "%"], ["**"]],
};

/** `yes if condition else no`, and all that binds tighter. In a template `else` may be left out. */
export function parseChoice(reader: Reader): Node {
  const yes = parseLogic(reader);
  const { at } = current(reader);
  if (!skip(reader, "if")) return yes;
  const condition = parseLogic(reader);
  const isHalf = reader.dialect === "template" && !isNext(reader, "else");
  if (isHalf) return { kind: "choice", condition, yes, no: { kind: "nothing", at }, at };
  expect(reader, "else");
  return { kind: "choice", condition, yes, no: deeper(reader, parseChoice), at };
}

/** `or`, and all that binds tighter. */
export function parseLogic(reader: Reader): Node {
  return parseAll(reader, "or", (inner) => parseAll(inner, "and", parseNot));
}

function parseAll(reader: Reader, kind: "and" | "or", parse: (reader: Reader) => Node): Node {
  const first = parse(reader);
  const { at } = current(reader);
  if (!isNext(reader, kind)) return first;
  const operands = [first];
  while (skip(reader, kind)) operands.push(parse(reader));
  return { kind, operands, at };
}

function parseNot(reader: Reader): Node {
  const { at } = current(reader);
  if (!skip(reader, "not")) return parseComparison(reader);
  return { kind: "not", operand: deeper(reader, parseNot), at };
}

const comparators = new Set(["==", "!=", "<", "<=", ">", ">=", "in", "is", "not"]);

function parseComparison(reader: Reader): Node {
  const first = parseRank(reader, 0);
  const { at } = current(reader);
  const rest: ComparisonPart[] = [];
  for (let next = parseComparator(reader); next !== undefined; next = parseComparator(reader)) {
    rest.push({ comparator: next, right: parseRank(reader, 0) });
  }
  return rest.length === 0 ? first : { kind: "comparison", first, rest, at };
}

function parseComparator(reader: Reader): Comparator | undefined {
  const { text } = current(reader);
  if (!comparators.has(text) || (text === "not" && !isNext(reader, "in", 1))) return undefined;
  advance(reader);
  if (text === "not") {
    advance(reader);
    return "not in";
  }
  return text === "is" && skip(reader, "not") ? "is not" : (text as Comparator);
}

function parseRank(reader: Reader, rank: number): Node {
  const operators = ranks[reader.dialect][rank];
  if (operators === undefined) return parseSigned(reader);
  let left = parseRank(reader, rank + 1);
  for (let token = current(reader); operators.includes(token.text); token = current(reader)) {
    advance(reader);
    const right = parseRank(reader, rank + 1);
    left = binary(token.text, { left, right, at: token.at });
  }
  return left;
}

interface Sides {
  readonly left: Node;
  readonly right: Node;
  readonly at: number;
}

function binary(operator: string, { left, right, at }: Sides): Node {
  if (operator !== "~") return { kind: "binary", operator: operator as BinaryOperator, left, right, at };
  const operands = left.kind === "joined" ? left.operands : [left];
  return { kind: "joined", operands: [...operands, right], at };
}

function parseSigned(reader: Reader): Node {
  return reader.dialect === "template" ? parseFilters(reader, parseTemplateSign(reader)) : parseSign(reader);
}

/** A template's filters and tests are applied after the sign: `-5|abs` is 5. */
function parseTemplateSign(reader: Reader): Node {
  const { text, at } = current(reader);
  if (text !== "-" && text !== "+") return parseOperand(reader);
  advance(reader);
  return { kind: "sign", operator: text, operand: deeper(reader, parseTemplateSign), at };
}

function parseSign(reader: Reader): Node {
  const { text, at } = current(reader);
  if (text !== "-" && text !== "+" && text !== "~") return parsePower(reader);
  advance(reader);
  return { kind: "sign", operator: text, operand: deeper(reader, parseSign), at };
}

/** A power binds tighter than the sign before it, and looser than the sign behind it. */
function parsePower(reader: Reader): Node {
  const left = parseOperand(reader);
  const { at } = current(reader);
  if (!skip(reader, "**")) return left;
  return { kind: "binary", operator: "**", left, right: deeper(reader, parseSign), at };
}
