// Filters that take lists apart and make lists.
import { entriesOf } from "../../expression/dictionary.ts";
import { ExpressionError } from "../../expression/expression-error.ts";
import { lengthOf } from "../../expression/sequence.ts";
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
import { takeList, takeText, type Work } from "../../expression/work.ts";
import { attributeOf, pathOf } from "../member.ts";
import { escapeHtml, isMarked, itemsFrom, marked, printedText, unmarked } from "../text.ts";
import { type FilterEntry, filterOf, needed, numberFrom, type Tools } from "./filter.ts";

function nothing(name: string): Missing {
  return new Missing(name, `there is no ${name} item of an empty list`);
}

/** Without marks where nothing is escaped; else what is not marked is escaped and the whole is marked. */
function joined(pieces: readonly Operand[], separator: string, { run, work }: Tools): Operand {
  const { isEscaping } = run.scope;
  const texts = pieces.map((piece) => {
    const text = printedText(piece, work.limits.textLength);
    takeText(work, text.length + separator.length);
    return isEscaping && !isMarked(piece) ? escapeHtml(text) : text;
  });
  const length = texts.reduce((sum, text) => sum + text.length + separator.length, 0);
  takeText(work, length);
  const text = texts.join(isEscaping ? escapeHtml(separator) : separator);
  return isEscaping ? marked(text) : text;
}

/** Pieces of one length; the last is filled up when something to fill with is given. */
function batches(items: readonly Value[], size: number, fill: Value): Value[] {
  if (!Number.isInteger(size) || size < 1)
    throw new ExpressionError("the size of a piece is a whole number above 0");
  const pieces: Value[] = [];
  for (let at = 0; at < items.length; at += size) {
    const piece = items.slice(at, at + size);
    pieces.push(
      fill === null ? piece : [...piece, ...Array.from({ length: size - piece.length }, () => fill)],
    );
  }
  return pieces;
}

/** So many pieces of nearly one length, the longer ones first. */
function slices(items: readonly Value[], count: number, fill: Value): Value[] {
  if (!Number.isInteger(count) || count < 1)
    throw new ExpressionError("the number of pieces is a whole number above 0");
  const length = Math.floor(items.length / count);
  const longer = items.length % count;
  let at = 0;
  return Array.from({ length: count }, (_, place) => {
    const size = length + (place < longer ? 1 : 0);
    const piece = items.slice(at, at + size);
    at += size;
    return fill !== null && place >= longer ? [...piece, fill] : piece;
  });
}

function reversed(value: Operand, work: Work): Value {
  const plain = present(unmarked(value));
  const items = itemsFrom(plain, work);
  takeList(work, items.length);
  const turned = items.toReversed();
  return typeof plain === "string" ? turned.join("") : turned;
}

function pairs(value: Operand, work: Work): Value[] {
  if (value instanceof Missing) return [];
  if (!isDictionary(value)) throw new ExpressionError(`items needs a dict, not ${typeName(value)}`);
  const entries = entriesOf(value);
  takeList(work, entries.length);
  return entries.map((entry) => new Tuple(entry));
}

/** What is not given at all may be replaced, and with `boolean` also what is false. */
function orDefault(value: Operand, [fallback = "", boolean = false]: readonly Value[]): Operand {
  return value instanceof Missing || (isTrue(boolean) && !isTrue(value)) ? fallback : value;
}

function count(value: Operand, _args: readonly Value[], { work }: Tools): number {
  return value instanceof Missing ? 0 : lengthOf(present(unmarked(value)), work);
}

export const listFilters: readonly FilterEntry[] = [
  filterOf("default", { default_value: "", boolean: false }, orDefault),
  filterOf("d", { default_value: "", boolean: false }, orDefault),
  filterOf("length", {}, count),
  filterOf("count", {}, count),
  filterOf("first", {}, (value, _args, { work }) => itemsFrom(value, work)[0] ?? nothing("first")),
  filterOf("last", {}, (value, _args, { work }) => itemsFrom(value, work).at(-1) ?? nothing("last")),
  filterOf("list", {}, (value, _args, { work }) => [...itemsFrom(value, work)]),
  filterOf("items", {}, (value, _args, { work }) => pairs(value, work)),
  filterOf("reverse", {}, (value, _args, { work }) => reversed(value, work)),
  filterOf("attr", { name: needed }, (value, [name]) => attributeOf(value, String(name))),
  filterOf("join", { d: "", attribute: null }, (value, [separator, attribute = null], tools) => {
    const items: readonly Operand[] = itemsFrom(value, tools.work);
    takeList(tools.work, items.length);
    const pieces = attribute === null ? items : items.map((item) => pathOf(item, attribute, tools.work));
    return joined(pieces, String(separator), tools);
  }),
  filterOf("batch", { linecount: needed, fill_with: null }, (value, [size, fill = null], { work }) => {
    const items = itemsFrom(value, work);
    takeList(work, items.length + Math.max(0, numberFrom(size)));
    return batches(items, numberFrom(size), fill);
  }),
  filterOf("slice", { slices: needed, fill_with: null }, (value, [number, fill = null], { work }) => {
    const items = itemsFrom(value, work);
    takeList(work, items.length + Math.max(0, numberFrom(number)));
    return slices(items, numberFrom(number), fill);
  }),
];
