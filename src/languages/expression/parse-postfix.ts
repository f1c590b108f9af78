// Reads what follows a value: calls, items, parts, attributes; in templates filters and tests too.
import { ExpressionError } from "./expression-error.ts";
import { parsePrimary, refuseDunder, starred } from "./parse-primary.ts";
import {
  advance,
  current,
  deeper,
  expect,
  expectName,
  isNext,
  type Reader,
  skip,
  unexpected,
} from "./reader.ts";
import type { Arguments, NamedNode, Node } from "./syntax.ts";

/** A literal, name or bracket with all that is behind it, but for filters and tests. */
export function parseOperand(reader: Reader): Node {
  return parsePostfix(reader, parsePrimary(reader));
}

function parsePostfix(reader: Reader, start: Node): Node {
  let node = start;
  for (;;) {
    const { at } = current(reader);
    if (skip(reader, ".")) node = parseAttribute(reader, node);
    else if (isNext(reader, "[")) node = parseItem(reader, node);
    else if (isNext(reader, "("))
      node = { kind: "call", target: node, arguments: parseArguments(reader), at };
    else return node;
  }
}

function parseAttribute(reader: Reader, target: Node): Node {
  const token = current(reader);
  const { at } = token;
  if (token.kind === "number" && reader.dialect === "template") {
    advance(reader);
    return { kind: "item", target, key: { kind: "constant", value: token.value, at }, at };
  }
  refuseDunder(expectName(reader));
  const isCalled = isNext(reader, "(");
  if (!isCalled && reader.dialect === "expression") {
    throw new ExpressionError(
      `.${token.text}: attributes are not part of this language; write ['${token.text}']`,
      {
        at,
      },
    );
  }
  return { kind: "attribute", target, name: token.text, at };
}

function parseItem(reader: Reader, target: Node): Node {
  const { at } = expect(reader, "[");
  const bounds = [parseBound(reader)];
  while (bounds.length < 3 && skip(reader, ":")) bounds.push(parseBound(reader));
  if (!isNext(reader, "]")) throw unexpected(current(reader), "] is expected");
  expect(reader, "]");
  if (bounds.length > 1) return { kind: "part", target, bounds, at };
  const [key] = bounds;
  if (key === undefined) throw new ExpressionError("no item stands between [ and ]", { at });
  if (key.kind === "constant" && typeof key.value === "string") {
    refuseDunder({ kind: "name", text: key.value, at: key.at });
  }
  return { kind: "item", target, key, at };
}

function parseBound(reader: Reader): Node | undefined {
  return isNext(reader, ":") || isNext(reader, "]") ? undefined : deeper(reader, reader.readNode);
}

/** `(a, b, name=c)`, from the bracket on. */
function parseArguments(reader: Reader): Arguments {
  expect(reader, "(");
  const positional: Node[] = [];
  const named: NamedNode[] = [];
  while (!skip(reader, ")")) {
    const token = current(reader);
    if (token.text === "*" || token.text === "**") throw starred(token);
    if (token.kind === "name" && isNext(reader, "=", 1)) named.push(parseNamed(reader, named));
    else if (named.length === 0) positional.push(deeper(reader, reader.readNode));
    else throw new ExpressionError("arguments without a name come before those with one", { at: token.at });
    if (!isNext(reader, ")") && !skip(reader, ",")) {
      throw unexpected(current(reader), "a comma or ) is expected");
    }
  }
  return { positional, named };
}

function parseNamed(reader: Reader, before: readonly NamedNode[]): NamedNode {
  const { text: name, at } = expectName(reader);
  expect(reader, "=");
  if (before.some((other) => other.name === name)) {
    throw new ExpressionError(`the argument ${name} is given twice`, { at });
  }
  return { name, value: deeper(reader, reader.readNode) };
}

const none: Arguments = { positional: [], named: [] };

/** In a template: `value|filter(arguments) is test argument`, as many as there are. */
export function parseFilters(reader: Reader, start: Node): Node {
  let node = start;
  for (;;) {
    const { at } = current(reader);
    if (skip(reader, "|")) {
      const { text: name } = expectName(reader);
      const given = isNext(reader, "(") ? parseArguments(reader) : none;
      node = { kind: "filter", target: node, name, arguments: given, at };
    } else if (skip(reader, "is")) {
      node = parseTest(reader, node);
    } else if (isNext(reader, "(")) {
      node = { kind: "call", target: node, arguments: parseArguments(reader), at };
    } else return node;
  }
}

function parseTest(reader: Reader, target: Node): Node {
  const isNegated = skip(reader, "not");
  const { text: name, at } = expectName(reader);
  const given = parseTestArguments(reader);
  const test: Node = { kind: "test", target, name, arguments: given, at };
  return isNegated ? { kind: "not", operand: test, at } : test;
}

/** One argument of a test needs no brackets: `is divisibleby 3`. */
function parseTestArguments(reader: Reader): Arguments {
  if (isNext(reader, "(")) return parseArguments(reader);
  const { kind, text } = current(reader);
  const isWord = kind === "name" && !["and", "or", "else", "if", "is", "not", "in"].includes(text);
  if (!isWord && kind !== "string" && kind !== "number" && text !== "[" && text !== "{") return none;
  return { positional: [deeper(reader, parseOperand)], named: [] };
}
