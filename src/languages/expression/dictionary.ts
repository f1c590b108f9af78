// Reading dictionaries of both kinds: maps that literals made, and plain objects from outside by their own keys.
import { ExpressionError } from "./expression-error.ts";
import { type Dictionary, isMap, isValue, type Value } from "./value.ts";

/** A value by its key, or undefined. 1 and True are one key, as in Python. */
export function valueAt(dictionary: Dictionary, key: Value): Value | undefined {
  if (!isMap(dictionary)) {
    return typeof key === "string" && Object.hasOwn(dictionary, key) ? usable(dictionary[key]) : undefined;
  }
  const found = dictionary.get(key);
  if (found !== undefined) return found;
  const twin = twinOf(key);
  return twin === undefined ? undefined : dictionary.get(twin);
}

export function keysOf(dictionary: Dictionary): Value[] {
  return isMap(dictionary) ? [...dictionary.keys()] : Object.keys(dictionary);
}

/** Pairs of keys and values. What an object from outside holds beside data is refused. */
export function entriesOf(dictionary: Dictionary): [Value, Value][] {
  if (isMap(dictionary)) return [...dictionary];
  return Object.keys(dictionary).map((key) => [key, usable(dictionary[key]) ?? null]);
}

export function sizeOf(dictionary: Dictionary): number {
  return isMap(dictionary) ? dictionary.size : Object.keys(dictionary).length;
}

/** A map of entries; a later one replaces an earlier one of the same key. */
export function dictionaryOf(entries: Iterable<readonly [Value, Value]>): ReadonlyMap<Value, Value> {
  const map = new Map<Value, Value>();
  for (const [key, value] of entries) {
    const twin = twinOf(checkedKey(key));
    map.set(twin !== undefined && map.has(twin) ? twin : key, value);
  }
  return map;
}

function checkedKey(key: Value): Value {
  if (key === null || typeof key !== "object") return key;
  throw new ExpressionError("only texts, numbers, True, False and None can be keys");
}

/** The same number as truth value, and the other way round. */
export function twinOf(value: Value): Value | undefined {
  if (typeof value === "boolean") return Number(value);
  return value === 0 || value === 1 ? value === 1 : undefined;
}

function usable(value: unknown): Value | undefined {
  if (value === undefined || isValue(value)) return value;
  throw new ExpressionError("the data holds something that is not data");
}
