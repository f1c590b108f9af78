// `text % values`: Python's formatting. The pattern is read once and can be kept.
import { valueAt } from "./dictionary.ts";
import { ExpressionError } from "./expression-error.ts";
import { type Conversion, formatConversion } from "./format-conversion.ts";
import { isDictionary, isList, numberOf, Tuple, typeName, type Value } from "./value.ts";
import { takeText, type Work } from "./work.ts";

interface Field extends Omit<Conversion, "width" | "precision"> {
  readonly key: string | undefined;
  readonly width: number | "*";
  readonly precision: number | "*" | undefined;
}

/** A pattern that was read: pieces of text and fields. */
export type PercentPattern = readonly (string | Field)[];

const fieldPattern =
  /%(?:\((?<key>[^()]*)\))?(?<flags>[-+ #0]*)(?<width>\*|\d+)?(?:\.(?<precision>\*|\d*))?[hlL]?(?<type>[\s\S]?)/g;

/** Throws for a conversion that there is not. */
export function readPercentPattern(text: string): PercentPattern {
  const pieces: (string | Field)[] = [];
  let from = 0;
  for (const match of text.matchAll(fieldPattern)) {
    if (match.index > from) pieces.push(text.slice(from, match.index));
    from = match.index + match[0].length;
    pieces.push(match[0] === "%%" ? "%" : fieldOf(match.groups ?? {}));
  }
  if (from < text.length) pieces.push(text.slice(from));
  return pieces;
}

function fieldOf(found: Readonly<Record<string, string | undefined>>): Field {
  const { key, flags = "", width, precision, type = "" } = found;
  if (type === "" || !"sradiufFeEgGxXoc%".includes(type)) {
    throw new ExpressionError(`there is no %${type} in a format; a percent sign is %%`);
  }
  return {
    key,
    type,
    flags,
    width: width === "*" ? "*" : Number(width ?? 0),
    precision: precision === undefined || precision === "*" ? precision : Number(precision),
  };
}

export function formatPercent(text: string, values: Value, work: Work): string {
  takeText(work, text.length);
  return fillPercent(readPercentPattern(text), values, work);
}

/** Throws when values are left over, lacking or of another type. */
export function fillPercent(pattern: PercentPattern, values: Value, work: Work): string {
  const source = sourceOf(values);
  let text = "";
  for (const piece of pattern) {
    text += typeof piece === "string" ? piece : formatField(piece, source, work);
    if (text.length > work.limits.textLength) takeText(work, text.length);
  }
  takeText(work, text.length);
  if (source.isUsedUp()) return text;
  throw new ExpressionError("the format has fewer places than there are values");
}

/** Values one after another, or by key from a dict. */
interface Source {
  next(): Value;
  named(key: string): Value;
  isUsedUp(): boolean;
}

function sourceOf(values: Value): Source {
  const items = values instanceof Tuple ? values.items : [values];
  let used = 0;
  return {
    next() {
      const value = items[used];
      used += 1;
      if (value === undefined) throw new ExpressionError("the format has more places than there are values");
      return value;
    },
    named(key) {
      const value = isDictionary(values) ? valueAt(values, key) : undefined;
      if (value === undefined) throw new ExpressionError(`the format has no value for %(${key})`);
      return value;
    },
    // Python takes lists for something with keys, so it does not ask whether they were used.
    isUsedUp: () => used >= items.length || isDictionary(values) || isList(values),
  };
}

function formatField(field: Field, source: Source, work: Work): string {
  const width = field.width === "*" ? whole(source.next()) : field.width;
  const precision = field.precision === "*" ? Math.max(0, whole(source.next())) : field.precision;
  if (Math.abs(width) > work.limits.textLength || (precision ?? 0) > work.limits.textLength) {
    takeText(work, Number.POSITIVE_INFINITY);
  }
  const flags = width < 0 ? `${field.flags}-` : field.flags;
  const conversion = { type: field.type, flags, width: Math.abs(width), precision };
  if (field.type === "%") return "%";
  const value = field.key === undefined ? source.next() : source.named(field.key);
  return formatConversion(conversion, value, work.limits.textLength);
}

function whole(value: Value): number {
  const number = numberOf(value);
  if (number !== undefined && Number.isInteger(number)) return number;
  throw new ExpressionError(`* in a format needs a whole number, not ${typeName(value)}`);
}
