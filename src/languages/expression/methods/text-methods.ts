// What texts can be asked.
import { ExpressionError } from "../expression-error.ts";
import { characters, itemsOf } from "../sequence.ts";
import { isList, numberOf, Tuple, typeName, type Value } from "../value.ts";
import { takeSearch, takeText, type Work } from "../work.ts";
import type { Method, Methods } from "./method.ts";
import { splitLines, splitText, stripText } from "./split-text.ts";

type Read = (target: string, args: readonly Value[], work: Work) => Value;

function method(parameters: Method<string>["parameters"], read: Read): Method<string> {
  return {
    parameters,
    call(target, args, work) {
      takeText(work, target.length);
      return read(target, args, work);
    },
  };
}

/** A text argument. Throws for other types. */
export function textOf(value: Value | undefined): string {
  if (typeof value === "string") return value;
  throw new ExpressionError(`a str is needed, not ${typeName(value ?? null)}`);
}

/** An argument that is a whole number. */
export function wholeOf(value: Value | undefined): number {
  const number = numberOf(value);
  if (number !== undefined && Number.isInteger(number)) return number;
  throw new ExpressionError(`a whole number is needed, not ${typeName(value ?? null)}`);
}

const simple = (read: (target: string) => Value) => method([], read);
const every = (pattern: RegExp) => simple((target) => target !== "" && pattern.test(target));
const part = { name: "part" };

/** Each word begins with a large letter. */
function titled(text: string): string {
  return text.replace(/\p{L}+/gu, (word) => capitalized(word));
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).toLowerCase();
}

function searching(read: (target: string, wanted: string, work: Work) => Value): Method<string> {
  return method([part], (target, [wanted], work) => {
    takeSearch(work, target, textOf(wanted));
    return read(target, textOf(wanted), work);
  });
}

function occurrences(target: string, wanted: string): number {
  return wanted === "" ? characters(target).length + 1 : target.split(wanted).length - 1;
}

/** Every text of a list, or the one. */
function anyOf(value: Value | undefined, matches: (text: string) => boolean): boolean {
  if (!(value instanceof Tuple) && !isList(value)) return matches(textOf(value));
  return (value instanceof Tuple ? value.items : value).some((text) => matches(textOf(text)));
}

function found(place: number): number {
  if (place < 0) throw new ExpressionError("the part is not in the text");
  return place;
}

/** `replace(old, new, count=-1)`. Throws before a text gets too long. */
export function replaced(target: string, [from, to, most]: readonly Value[], work: Work): string {
  const [old, fresh, limit] = [textOf(from), textOf(to), wholeOf(most ?? -1)];
  takeSearch(work, target, old);
  const all = occurrences(target, old);
  const count = limit < 0 ? all : Math.min(all, limit);
  takeText(work, target.length + count * Math.max(0, fresh.length - old.length));
  if (count === all) return target.replaceAll(old, () => fresh);
  let left = count;
  return target.replaceAll(old, (match) => {
    left -= 1;
    return left >= 0 ? fresh : match;
  });
}

export function joinedTexts(separator: string, values: readonly Value[], work: Work): string {
  const texts = values.map((value) => textOf(value));
  const length = texts.reduce(
    (sum, text) => sum + text.length,
    separator.length * Math.max(0, texts.length - 1),
  );
  takeText(work, length);
  return texts.join(separator);
}

type Side = "left" | "right" | "both";

/** Widens a text with a sign to a number of characters. */
export function widened(
  text: string,
  width: number,
  { side, sign, work }: { side: Side; sign: string; work: Work },
): string {
  const lacking = Math.max(0, width - characters(text).length);
  takeText(work, text.length + lacking);
  const before =
    side === "left" ? 0 : side === "right" ? lacking : Math.floor(lacking / 2) + (lacking & width & 1);
  return sign.repeat(before) + text + sign.repeat(lacking - before);
}

function widening(side: Side): Method<string> {
  return method([{ name: "width" }, { name: "fillchar", fallback: " " }], (target, [width, sign], work) =>
    widened(target, wholeOf(width), { side, sign: textOf(sign).charAt(0) || " ", work }),
  );
}

function zeroFilled(target: string, width: number, work: Work): string {
  const sign = /^[+-]/.exec(target)?.[0] ?? "";
  takeText(work, Math.max(width, target.length));
  return sign + target.slice(sign.length).padStart(Math.max(0, width - sign.length), "0");
}

const stripping = (side: Side) =>
  method([{ name: "chars", fallback: null }], (target, [signs]) =>
    stripText(target, signs === null ? undefined : textOf(signs), side),
  );

const splitting = (isFromRight: boolean) =>
  method(
    [
      { name: "sep", fallback: null },
      { name: "maxsplit", fallback: -1 },
    ],
    (target, [separator, most], work) => {
      const sign = separator === null ? undefined : textOf(separator);
      takeSearch(work, target, sign ?? "");
      return splitText(target, { separator: sign, most: wholeOf(most), isFromRight, work });
    },
  );

export const textMethods: Methods<string> = new Map<string, Method<string>>([
  ["upper", simple((target) => target.toUpperCase())],
  ["lower", simple((target) => target.toLowerCase())],
  ["casefold", simple((target) => target.toLowerCase())],
  ["title", simple(titled)],
  ["capitalize", simple(capitalized)],
  ["swapcase", simple(swapped)],
  ["isdigit", every(/^\p{Nd}+$/u)],
  ["isdecimal", every(/^\p{Nd}+$/u)],
  ["isnumeric", every(/^\p{N}+$/u)],
  ["isalpha", every(/^\p{L}+$/u)],
  ["isalnum", every(/^[\p{L}\p{N}]+$/u)],
  ["isspace", every(/^\s+$/u)],
  ["isupper", simple((target) => /\p{Lu}/u.test(target) && target === target.toUpperCase())],
  ["islower", simple((target) => /\p{Ll}/u.test(target) && target === target.toLowerCase())],
  ["strip", stripping("both")],
  ["lstrip", stripping("left")],
  ["rstrip", stripping("right")],
  ["split", splitting(false)],
  ["rsplit", splitting(true)],
  ["splitlines", method([], (target, _args, work) => splitLines(target, work))],
  ["startswith", method([part], (target, [start]) => anyOf(start, (text) => target.startsWith(text)))],
  ["endswith", method([part], (target, [end]) => anyOf(end, (text) => target.endsWith(text)))],
  ["find", searching((target, wanted) => target.indexOf(wanted))],
  ["rfind", searching((target, wanted) => target.lastIndexOf(wanted))],
  ["index", searching((target, wanted) => found(target.indexOf(wanted)))],
  ["count", searching(occurrences)],
  ["replace", method([{ name: "old" }, { name: "new" }, { name: "count", fallback: -1 }], replaced)],
  [
    "join",
    method([{ name: "items" }], (target, [items], work) =>
      joinedTexts(target, itemsOf(items ?? null, work), work),
    ),
  ],
  ["zfill", method([{ name: "width" }], (target, [width], work) => zeroFilled(target, wholeOf(width), work))],
  ["ljust", widening("left")],
  ["rjust", widening("right")],
  ["center", widening("both")],
  ["removeprefix", method([part], (target, [start]) => withoutStart(target, textOf(start)))],
  ["removesuffix", method([part], (target, [end]) => withoutEnd(target, textOf(end)))],
]);

function swapped(text: string): string {
  return text.replace(/\p{L}/gu, (letter) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  );
}

function withoutStart(text: string, start: string): string {
  return text.startsWith(start) ? text.slice(start.length) : text;
}

function withoutEnd(text: string, end: string): string {
  return end !== "" && text.endsWith(end) ? text.slice(0, -end.length) : text;
}
