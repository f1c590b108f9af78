// Comparing values as Python does: what is equal, what comes first, what holds what.
import { entriesOf, sizeOf, twinOf, valueAt } from "./dictionary.ts";
import { ExpressionError } from "./expression-error.ts";
import {
  type Dictionary,
  isDictionary,
  isList,
  isSet,
  Missing,
  numberOf,
  type Operand,
  present,
  Tuple,
  typeName,
  type Value,
} from "./value.ts";
import { spend, takeSearch, takeText, type Work } from "./work.ts";

/** Numbers and truth values are equal by their number; lists, tuples, sets and dicts by what they hold. */
export function equal(left: Operand, right: Operand, work: Work): boolean {
  if (typeof left === "string" && typeof right === "string") return isSameText(left, right, work);
  if (left === right) return true;
  if (typeof left !== "object" || typeof right !== "object") {
    const number = numberOf(left);
    return number !== undefined && number === numberOf(right);
  }
  if (left === null || right === null) return false;
  if (left instanceof Missing || right instanceof Missing)
    return left instanceof Missing && right instanceof Missing;
  return equalContainers(left, right, work);
}

function isSameText(left: string, right: string, work: Work): boolean {
  if (left.length !== right.length) return false;
  takeText(work, left.length);
  return left === right;
}

function equalContainers(left: Value, right: Value, work: Work): boolean {
  spend(work, 1);
  if (isList(left)) return isList(right) && equalItems(left, right, work);
  if (left instanceof Tuple) return right instanceof Tuple && equalItems(left.items, right.items, work);
  if (isSet(left)) return isSet(right) && left.size === right.size && isWithin(left, right, work);
  return isDictionary(left) && isDictionary(right) && equalDictionaries(left, right, work);
}

function equalItems(left: readonly Value[], right: readonly Value[], work: Work): boolean {
  if (left.length !== right.length) return false;
  spend(work, left.length);
  return left.every((item, place) => deeper(work, () => equal(item, right[place] ?? null, work)));
}

function equalDictionaries(left: Dictionary, right: Dictionary, work: Work): boolean {
  if (sizeOf(left) !== sizeOf(right)) return false;
  spend(work, sizeOf(left));
  return entriesOf(left).every(([key, value]) => {
    const other = valueAt(right, key);
    return other !== undefined && deeper(work, () => equal(value, other, work));
  });
}

const depths = new WeakMap<Work, number>();

/** Data from outside may be nested without end. */
function deeper<Result>(work: Work, compare: () => Result): Result {
  const depth = (depths.get(work) ?? 0) + 1;
  if (depth > work.limits.depth) throw new ExpressionError("the values are nested too deeply to be compared");
  depths.set(work, depth);
  try {
    return compare();
  } finally {
    depths.set(work, depth - 1);
  }
}

/** Whether each of a set is in the other. */
export function isWithin(part: ReadonlySet<Value>, whole: ReadonlySet<Value>, work: Work): boolean {
  for (const item of part) if (!hasItem(whole, item, work)) return false;
  return true;
}

/** Whether a set holds a value. */
export function hasItem(set: ReadonlySet<Value>, item: Value, work: Work): boolean {
  spend(work, 1);
  if (set.has(item)) return true;
  if (item instanceof Tuple) return hasEqual(set, item, work);
  const twin = twinOf(item);
  return twin !== undefined && set.has(twin);
}

function hasEqual(items: Iterable<Value>, wanted: Value, work: Work): boolean {
  for (const item of items) {
    spend(work, 1);
    if (equal(item, wanted, work)) return true;
  }
  return false;
}

/** Negative, zero or positive; NaN when neither comes first. Throws for types that have no common order. */
export function order(left: Operand, right: Operand, work: Work): number {
  if (typeof left === "string" && typeof right === "string") return orderTexts(left, right, work);
  const [first, second] = [numberOf(left), numberOf(right)];
  if (first !== undefined && second !== undefined) return orderNumbers(first, second);
  const [mine, other] = [present(left), present(right)];
  if (isList(mine) && isList(other)) return orderItems(mine, other, work);
  if (mine instanceof Tuple && other instanceof Tuple) return orderItems(mine.items, other.items, work);
  throw new ExpressionError(`${typeName(left)} and ${typeName(right)} have no order`);
}

function orderTexts(left: string, right: string, work: Work): number {
  takeText(work, Math.min(left.length, right.length));
  return left < right ? -1 : Number(left > right);
}

function orderNumbers(left: number, right: number): number {
  if (left === right) return 0;
  if (left < right) return -1;
  return left > right ? 1 : Number.NaN;
}

function orderItems(left: readonly Value[], right: readonly Value[], work: Work): number {
  const shared = Math.min(left.length, right.length);
  for (let place = 0; place < shared; place += 1) {
    spend(work, 1);
    const [mine, other] = [left[place] ?? null, right[place] ?? null];
    if (!deeper(work, () => equal(mine, other, work))) return deeper(work, () => order(mine, other, work));
  }
  return left.length - right.length;
}

/** `item in container`: a part of a text, an item of a list, tuple or set, a key of a dict. */
export function contains(container: Value, item: Value, work: Work): boolean {
  if (typeof container === "string") return containsText(container, item, work);
  if (isList(container)) return hasEqual(container, item, work);
  if (container instanceof Tuple) return hasEqual(container.items, item, work);
  if (isSet(container)) return hasItem(container, item, work);
  if (isDictionary(container)) return valueAt(container, item) !== undefined;
  throw new ExpressionError(`nothing can be in ${typeName(container)}`);
}

function containsText(container: string, item: Value, work: Work): boolean {
  if (typeof item !== "string") throw new ExpressionError(`${typeName(item)} cannot be in a str`);
  takeSearch(work, container, item);
  return container.includes(item);
}

/** `left is right`: the same value of the same type, or the very same list. */
export function isSame(left: Operand, right: Operand): boolean {
  return left === right || (left instanceof Missing && right instanceof Missing);
}

/** A set of values, each once. Throws for lists, sets and dicts: these cannot be in a set. */
export function setOf(values: Iterable<Value>, work: Work): ReadonlySet<Value> {
  const set = new Set<Value>();
  for (const value of values) {
    if (!hasItem(set, checkedItem(value), work)) set.add(value);
  }
  return set;
}

function checkedItem(value: Value): Value {
  if (typeof value !== "object" || value === null) return value;
  if (!(value instanceof Tuple)) throw new ExpressionError(`a ${typeName(value)} cannot be in a set`);
  value.items.forEach(checkedItem);
  return value;
}

/** Sorted from small to large, stable. */
export function sorted(values: readonly Value[], work: Work): Value[] {
  spend(work, values.length);
  return values.toSorted((left, right) => {
    spend(work, 1);
    return order(left, right, work) || 0;
  });
}
