// Texts, lists and tuples by place: items, parts, and all items in order.
import { keysOf, sizeOf, valueAt } from "./dictionary.ts";
import { ExpressionError } from "./expression-error.ts";
import { isDictionary, isList, isSet, Tuple, typeName, type Value } from "./value.ts";
import { pythonRepr } from "./value-text.ts";
import { spend, takeList, takeText, type Work } from "./work.ts";

/** The characters of a text as Python counts them; the text itself where each is one unit. */
export function characters(text: string): string | readonly string[] {
  return /[\ud800-\udfff]/.test(text) ? [...text] : text;
}

function charactersOf(text: string, work: Work): string | readonly string[] {
  takeText(work, text.length);
  return characters(text);
}

/** How many items a value has. */
export function lengthOf(value: Value, work: Work): number {
  if (typeof value === "string") return charactersOf(value, work).length;
  if (isList(value)) return value.length;
  if (value instanceof Tuple) return value.items.length;
  if (isSet(value)) return value.size;
  if (!isDictionary(value)) throw new ExpressionError(`${typeName(value)} has no length`);
  const size = sizeOf(value);
  spend(work, size);
  return size;
}

/** All items in order; of a dict its keys, of a text its characters. Not to be changed. */
export function itemsOf(value: Value, work: Work): readonly Value[] {
  spend(work, 1);
  if (isList(value)) return value;
  if (value instanceof Tuple) return value.items;
  takeList(work, lengthOf(value, work));
  if (typeof value === "string") return [...value];
  if (isSet(value)) return [...value];
  if (isDictionary(value)) return keysOf(value);
  throw new ExpressionError(`${typeName(value)} has no items`);
}

/** `target[key]`. Throws when there is no such item. */
export function itemAt(target: Value, key: Value, work: Work): Value {
  const found = findItem(target, key, work);
  if (found !== undefined) return found;
  if (isDictionary(target)) throw new ExpressionError(`the dict has no key ${pythonRepr(key, 1000)}`);
  throw new ExpressionError(`the ${typeName(target)} has no item ${pythonRepr(key, 1000)}`);
}

/** `target[key]`, or undefined when there is no such item. */
export function findItem(target: Value, key: Value, work: Work): Value | undefined {
  if (isDictionary(target)) return valueAt(target, key);
  const items = sequenceOf(target, work);
  const place = typeof key === "boolean" ? Number(key) : key;
  if (typeof place !== "number" || !Number.isInteger(place)) {
    throw new ExpressionError(`an item of a ${typeName(target)} has a whole number, not ${typeName(key)}`);
  }
  return items[place < 0 ? place + items.length : place];
}

function sequenceOf(target: Value, work: Work): string | readonly Value[] {
  if (typeof target === "string") return charactersOf(target, work);
  if (isList(target)) return target;
  if (target instanceof Tuple) return target.items;
  throw new ExpressionError(`${typeName(target)} has no items that could be taken by their place`);
}

export interface Part {
  readonly start: Value;
  readonly stop: Value;
  readonly step: Value;
}

/** `target[start:stop:step]`, of the same type. */
export function partOf(target: Value, part: Part, work: Work): Value {
  const items = sequenceOf(target, work);
  const taken: Value[] = [];
  for (const place of placesOf(part, items.length)) {
    const item = items[place];
    if (item !== undefined) taken.push(item);
  }
  if (typeof target !== "string") {
    takeList(work, taken.length);
    return isList(target) ? taken : new Tuple(taken);
  }
  takeText(work, taken.length);
  return taken.join("");
}

function* placesOf({ start, stop, step }: Part, length: number): Generator<number> {
  const stride = whole(step) ?? 1;
  if (stride === 0) throw new ExpressionError("the step of a part is not zero");
  const isForward = stride > 0;
  const [lowest, highest] = isForward ? [0, length] : [-1, length - 1];
  const place = (bound: Value, fallback: number) => {
    const given = whole(bound);
    if (given === undefined) return fallback;
    return Math.min(Math.max(given < 0 ? given + length : given, lowest), highest);
  };
  const first = place(start, isForward ? lowest : highest);
  const last = place(stop, isForward ? highest : lowest);
  for (let at = first; isForward ? at < last : at > last; at += stride) yield at;
}

function whole(bound: Value): number | undefined {
  if (bound === null) return undefined;
  const number = typeof bound === "boolean" ? Number(bound) : bound;
  if (typeof number === "number" && Number.isInteger(number)) return number;
  throw new ExpressionError(`the bounds of a part are whole numbers, not ${typeName(bound)}`);
}

/** `target * count` for texts, lists and tuples. */
export function repeated(target: string | readonly Value[] | Tuple, count: number, work: Work): Value {
  if (!Number.isInteger(count)) throw new ExpressionError("something is repeated a whole number of times");
  const times = Math.max(count, 0);
  if (typeof target === "string") {
    takeText(work, target.length * times);
    return target.repeat(target === "" ? 0 : times);
  }
  const items = isList(target) ? target : target.items;
  takeList(work, items.length * times);
  const made = items.length === 0 ? [] : Array.from({ length: times }, () => items).flat(1);
  return isList(target) ? made : new Tuple(made);
}
