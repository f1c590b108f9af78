// Reads what an expression is made of: literals, names, placeholders and what stands in brackets.
import { ExpressionError } from "./expression-error.ts";
import { advance, current, deeper, expect, isNext, type Reader, skip, unexpected } from "./reader.ts";
import type { Node } from "./syntax.ts";
import type { Token } from "./token.ts";
import type { Value } from "./value.ts";

const constants: ReadonlyMap<string, Value> = new Map<string, Value>([
  ["True", true],
  ["False", false],
  ["None", null],
]);
const templateConstants: ReadonlyMap<string, Value> = new Map<string, Value>([
  ...constants,
  ["true", true],
  ["false", false],
  ["none", null],
]);

/** Words that are no names, whatever the place. */
const keywords = new Set(
  "and or not in is if else for lambda async await yield import del global return with class def".split(" "),
);
const templateKeywords = new Set("and or not in is if else".split(" "));

/** Throws for anything that an expression does not start with. */
export function parsePrimary(reader: Reader): Node {
  const token = current(reader);
  const { at } = token;
  switch (token.kind) {
    case "number":
      advance(reader);
      return { kind: "constant", value: token.value, at };
    case "string":
      return { kind: "constant", value: parseText(reader), at };
    case "name":
      return parseName(reader);
    case "placeholder":
      advance(reader);
      return {
        kind: "placeholder",
        name: token.name,
        form: token.form,
        fallback: fallbackOf(token, reader),
        at,
      };
    default:
      return parseBracket(reader);
  }
}

/** Texts that stand beside each other are one. */
function parseText(reader: Reader): string {
  let text = "";
  for (let token = current(reader); token.kind === "string"; token = current(reader)) {
    text += token.value;
    advance(reader);
  }
  return text;
}

function parseName(reader: Reader): Node {
  const token = current(reader);
  const { at, text: name } = token;
  const isTemplate = reader.dialect === "template";
  if ((isTemplate ? templateKeywords : keywords).has(name)) throw unexpected(token);
  if (!isTemplate) refuseDunder(token);
  advance(reader);
  const value = (isTemplate ? templateConstants : constants).get(name);
  return value === undefined ? { kind: "name", name, at } : { kind: "constant", value, at };
}

/** Throws for names with two underscores before and behind: they lead into Python's insides. */
export function refuseDunder({ text, at }: Token): void {
  if (!/^__.*__$/.test(text)) return;
  throw new ExpressionError(`${text}: names with __ before and behind are not part of this language`, { at });
}

function fallbackOf(token: Token, reader: Reader): Node | undefined {
  if (token.kind !== "placeholder" || token.fallback === undefined) return undefined;
  return deeper(reader, () => {
    const inner = { ...reader, tokens: token.fallback ?? [], place: 0 };
    const node = inner.readNode(inner);
    if (current(inner).kind !== "end") throw unexpected(current(inner));
    return node;
  });
}

function parseBracket(reader: Reader): Node {
  const token = current(reader);
  if (token.text === "*" || token.text === "**") throw starred(token);
  if (token.text === "(") return parseRound(reader);
  const { at } = token;
  if (token.text === "{") return parseBraces(reader);
  if (token.text !== "[") throw unexpected(token);
  advance(reader);
  return { kind: "list", items: parseItems(reader, "]"), at };
}

export function starred({ at, text }: Token): ExpressionError {
  return new ExpressionError(`${text} before a value is not part of this language`, { at });
}

/** Expressions with commas between them, up to and over the closing sign. */
function parseItems(reader: Reader, close: string, first?: Node): readonly Node[] {
  const items = first === undefined ? [] : [first];
  while (!skip(reader, close)) {
    items.push(deeper(reader, reader.readNode));
    if (!isNext(reader, close)) expectComma(reader, close);
  }
  return items;
}

function expectComma(reader: Reader, close: string): void {
  if (!skip(reader, ",")) throw unexpected(current(reader), `a comma or ${close} is expected`);
}

/** `(a)` is a; `()`, `(a,)` and `(a, b)` are tuples. */
function parseRound(reader: Reader): Node {
  const { at } = expect(reader, "(");
  if (skip(reader, ")")) return { kind: "tuple", items: [], at };
  const first = deeper(reader, reader.readNode);
  if (skip(reader, ")")) return first;
  expectComma(reader, ")");
  return { kind: "tuple", items: parseItems(reader, ")", first), at };
}

function parseBraces(reader: Reader): Node {
  const { at } = expect(reader, "{");
  if (skip(reader, "}")) return { kind: "dictionary", entries: [], at };
  const first = deeper(reader, reader.readNode);
  if (isNext(reader, ":")) return { kind: "dictionary", entries: parseEntries(reader, first), at };
  if (!isNext(reader, "}")) expectComma(reader, "}");
  return { kind: "set", items: parseItems(reader, "}", first), at };
}

function parseEntries(reader: Reader, firstKey: Node): readonly (readonly [Node, Node])[] {
  const entries: [Node, Node][] = [];
  let key = firstKey;
  for (;;) {
    expect(reader, ":");
    entries.push([key, deeper(reader, reader.readNode)]);
    if (skip(reader, "}")) return entries;
    expectComma(reader, "}");
    if (skip(reader, "}")) return entries;
    key = deeper(reader, reader.readNode);
  }
}
