// Values as text: as Python's str() and repr() write them, and as JSON.
import { entriesOf } from "./dictionary.ts";
import { ExpressionError } from "./expression-error.ts";
import { numberText } from "./number-text.ts";
import { type Dictionary, isDictionary, isList, isSet, Tuple, typeName, type Value } from "./value.ts";
import { standardLimits } from "./work.ts";

/** What is told about a value with one way of writing. */
interface Writer {
  readonly parts: string[];
  left: number;
  depth: number;
}

/** `str(value)`: texts without quotes. Throws when it gets longer than the limit in characters. */
export function pythonText(value: Value, limit: number = standardLimits.textLength): string {
  return typeof value === "string" ? value : pythonRepr(value, limit);
}

/** `repr(value)`: `True`, `None`, `'a'`, `(1, 2)`. Throws when it gets longer than the limit in characters. */
export function pythonRepr(value: Value, limit: number = standardLimits.textLength): string {
  const simple = simpleText(value);
  if (simple !== undefined) return simple;
  const writer: Writer = { parts: [], left: limit, depth: 0 };
  write(value, writer);
  return writer.parts.join("");
}

function simpleText(value: Value): string | undefined {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number") return numberText(value);
  if (typeof value === "boolean") return value ? "True" : "False";
  return value === null ? "None" : undefined;
}

function put(text: string, writer: Writer): void {
  writer.left -= text.length;
  if (writer.left < 0) throw new ExpressionError("the value is too long to be written");
  writer.parts.push(text);
}

function write(value: Value, writer: Writer): void {
  const simple = simpleText(value);
  if (simple === undefined) writeNested(value, writer);
  else put(simple, writer);
}

function writeNested(value: Value, writer: Writer): void {
  writer.depth += 1;
  if (writer.depth > standardLimits.depth) throw new ExpressionError("the value is nested too deeply");
  if (isDictionary(value)) writeEntries(value, writer);
  else writeItems(value, writer);
  writer.depth -= 1;
}

function writeItems(value: Value, writer: Writer): void {
  if (isList(value)) writeList(value, { open: "[", close: "]", writer });
  else if (value instanceof Tuple) {
    const close = value.items.length === 1 ? ",)" : ")";
    writeList(value.items, { open: "(", close, writer });
  } else if (!isSet(value)) put(`<${typeName(value)}>`, writer);
  else if (value.size === 0) put("set()", writer);
  else writeList(value, { open: "{", close: "}", writer });
}

function writeEntries(value: Dictionary, writer: Writer): void {
  let before = "{";
  for (const [key, item] of entriesOf(value)) {
    put(before, writer);
    write(key, writer);
    put(": ", writer);
    write(item, writer);
    before = ", ";
  }
  put(before === "{" ? "{}" : "}", writer);
}

interface Frame {
  readonly open: string;
  readonly close: string;
  readonly writer: Writer;
}

function writeList(items: Iterable<Value>, { open, close, writer }: Frame): void {
  put(open, writer);
  let isFirst = true;
  for (const item of items) {
    if (!isFirst) put(", ", writer);
    isFirst = false;
    write(item, writer);
  }
  put(close, writer);
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["\\", "\\\\"],
  ["\n", "\\n"],
  ["\r", "\\r"],
  ["\t", "\\t"],
]);

function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inner = text.replace(/[\\\p{Cc}\p{Cs}]/gu, (sign) => escapes.get(sign) ?? numbered(sign));
  return `${quote}${quote === "'" ? inner.replaceAll("'", "\\'") : inner}${quote}`;
}

function numbered(sign: string): string {
  const code = sign.charCodeAt(0);
  return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Plain JSON data: tuples and sets become lists, keys become texts. Throws when it is too large or too deep. */
export function toJson(value: Value): Json {
  return jsonOf(value, { left: 2 * standardLimits.listLength, depth: 0 });
}

interface Room {
  left: number;
  readonly depth: number;
}

function jsonOf(value: Value, room: Room): Json {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "object" || value === null) return value;
  if (room.depth > standardLimits.depth) throw new ExpressionError("the value is nested too deeply");
  const inner = { left: room.left, depth: room.depth + 1 };
  const made = container(value, (item) => {
    inner.left -= 1;
    if (inner.left < 0) throw new ExpressionError("the value is too large to be shown");
    return jsonOf(item, inner);
  });
  room.left = inner.left;
  return made;
}

function container(
  value: Exclude<Value, string | number | boolean | null>,
  json: (item: Value) => Json,
): Json {
  if (isList(value)) return value.map(json);
  if (value instanceof Tuple) return value.items.map(json);
  if (isSet(value)) return [...value].map(json);
  if (!isDictionary(value)) throw new ExpressionError("the value holds something that is not data");
  // Made entry by entry, so that no key can reach a prototype.
  return Object.fromEntries(entriesOf(value).map(([key, item]) => [pythonText(key), json(item)]));
}
