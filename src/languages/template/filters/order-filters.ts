// Filters that compare items: sorting, grouping, the least and the most.
import { equal, order } from "../../expression/comparison.ts";
import { entriesOf } from "../../expression/dictionary.ts";
import { ExpressionError } from "../../expression/expression-error.ts";
import {
  isDictionary,
  isTrue,
  Missing,
  type Operand,
  present,
  Tuple,
  typeName,
  type Value,
} from "../../expression/value.ts";
import { spend, takeList, type Work } from "../../expression/work.ts";
import { pathOf } from "../member.ts";
import { itemsFrom, unmarked } from "../text.ts";
import { type FilterEntry, filterOf, needed } from "./filter.ts";

type Key = (item: Value) => Operand;

interface Keying {
  readonly attribute: Value;
  readonly isCased: boolean;
  /** Stands for what an item has not. */
  readonly fallback?: Value;
  readonly work: Work;
}

/** What items are compared by: a path or several, or themselves; letters large or small are the same. */
function keyOf({ attribute, isCased, fallback = null, work }: Keying): Key {
  const lowered = (operand: Operand) => {
    const found = operand instanceof Missing && fallback !== null ? fallback : operand;
    return typeof found === "string" && !isCased ? found.toLowerCase() : found;
  };
  if (attribute === null) return lowered;
  if (typeof attribute !== "string" || !attribute.includes(","))
    return (item) => lowered(pathOf(item, attribute, work));
  const paths = attribute.split(",");
  return (item) => new Tuple(paths.map((path) => present(lowered(pathOf(item, path.trim(), work)))));
}

interface Keyed {
  readonly item: Value;
  readonly key: Operand;
}

function ordered(items: readonly Value[], key: Key, work: Work): Keyed[] {
  takeList(work, items.length);
  return items
    .map((item) => ({ item, key: key(item) }))
    .sort((left, right) => {
      spend(work, 1);
      return order(left.key, right.key, work) || 0;
    });
}

function grouped(sorted: readonly Keyed[], real: Key, work: Work): Value[] {
  const groups: { key: Operand; readonly name: Value; readonly items: Value[] }[] = [];
  for (const { item, key } of sorted) {
    const last = groups.at(-1);
    if (last !== undefined && equal(last.key, key, work)) last.items.push(item);
    else groups.push({ key, name: present(real(item)), items: [item] });
  }
  return groups.map(({ name, items }) => new Tuple([name, items]));
}

function unique(items: readonly Value[], key: Key, work: Work): Value[] {
  const seen = new Set<Operand>();
  return items.filter((item) => {
    spend(work, 1);
    const found = key(item);
    if (typeof found === "object" && found !== null)
      throw new ExpressionError(`unique cannot tell ${typeName(found)}s apart`);
    const known = seen.has(found);
    seen.add(found);
    return !known;
  });
}

function foremost(name: string, sign: 1 | -1): FilterEntry {
  return filterOf(
    name,
    { case_sensitive: false, attribute: null },
    (value, [isCased, attribute = null], { work }) => {
      const items = itemsFrom(value, work);
      takeList(work, items.length);
      const key = keyOf({ attribute, isCased: isTrue(isCased), work });
      const keyed = items.map((item) => ({ item, key: key(item) }));
      if (keyed.length === 0) return new Missing(name, `there is no ${name} of an empty list`);
      return keyed.reduce((best, other) => (order(other.key, best.key, work) * sign < 0 ? other : best)).item;
    },
  );
}

export const orderFilters: readonly FilterEntry[] = [
  foremost("min", 1),
  foremost("max", -1),
  filterOf(
    "sort",
    { reverse: false, case_sensitive: false, attribute: null },
    (value, [isReversed, isCased, attribute = null], { work }) => {
      const items = itemsFrom(value, work);
      const key = keyOf({ attribute, isCased: isTrue(isCased), work });
      if (!isTrue(isReversed)) return ordered(items, key, work).map(({ item }) => item);
      // Turned twice, so that equal ones keep their order.
      return ordered(items.toReversed(), key, work)
        .map(({ item }) => item)
        .reverse();
    },
  ),
  filterOf(
    "unique",
    { case_sensitive: false, attribute: null },
    (value, [isCased, attribute = null], { work }) =>
      unique(itemsFrom(value, work), keyOf({ attribute, isCased: isTrue(isCased), work }), work),
  ),
  filterOf(
    "groupby",
    { attribute: needed, default: null, case_sensitive: false },
    (value, [attribute = null, fallback = null, isCased], { work }) => {
      const key = keyOf({ attribute, isCased: isTrue(isCased), fallback, work });
      const real = keyOf({ attribute, isCased: true, fallback, work });
      return grouped(ordered(itemsFrom(value, work), key, work), real, work);
    },
  ),
  filterOf(
    "dictsort",
    { case_sensitive: false, by: "key", reverse: false },
    (value, [isCased, by, isReversed], { work }) => {
      const dictionary = unmarked(value);
      if (!isDictionary(dictionary))
        throw new ExpressionError(`dictsort needs a dict, not ${typeName(dictionary)}`);
      if (by !== "key" && by !== "value") throw new ExpressionError("dictsort is by key or value");
      const place = by === "key" ? 0 : 1;
      const key = keyOf({ attribute: place, isCased: isTrue(isCased), work });
      const items = entriesOf(dictionary).map((entry) => new Tuple(entry));
      const sorted = ordered(items, key, work).map(({ item }) => item);
      return isTrue(isReversed) ? sorted.reverse() : sorted;
    },
  ),
];
