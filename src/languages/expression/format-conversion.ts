// One value as a format's conversion tells: sign, digits, width.
import { ExpressionError } from "./expression-error.ts";
import { exponential, fixed, general } from "./number-text.ts";
import { numberOf, typeName, type Value } from "./value.ts";
import { pythonRepr, pythonText } from "./value-text.ts";

export interface Conversion {
  /** The letter after the percent sign. */
  readonly type: string;
  /** Any of `-+ #0`. */
  readonly flags: string;
  /** Characters at least. */
  readonly width: number;
  /** Decimals of a number, characters of a text at most. */
  readonly precision: number | undefined;
}

/** Throws when the value has not the type that the conversion needs. `limit` is in characters. */
export function formatConversion(conversion: Conversion, value: Value, limit: number): string {
  const { type, precision } = conversion;
  if (type === "s" || type === "r" || type === "a") {
    const text = type === "s" ? pythonText(value, limit) : pythonRepr(value, limit);
    return widened(precision === undefined ? text : text.slice(0, precision), conversion);
  }
  if (type === "c") return widened(characterOf(value), conversion);
  return formatNumber(conversion, value);
}

function widened(text: string, { flags, width }: Conversion): string {
  if (text.length >= width) return text;
  return flags.includes("-") ? text.padEnd(width) : text.padStart(width);
}

function characterOf(value: Value): string {
  if (typeof value === "string" && [...value].length === 1) return value;
  const code = numberOf(value);
  if (code !== undefined && Number.isInteger(code) && code >= 0 && code <= 0x10ffff)
    return String.fromCodePoint(code);
  throw new ExpressionError("%c needs one character or its number");
}

/** A number's text in parts, so that zeros can be put between them. */
function formatNumber(conversion: Conversion, value: Value): string {
  const { type, flags, width } = conversion;
  const number = numberOf(value);
  if (number === undefined) throw new ExpressionError(`%${type} needs a number, not ${typeName(value)}`);
  const magnitude = Math.abs(number);
  const ends = Number.isFinite(number);
  const digits = ends ? digitsOf(conversion, magnitude) : unendingText(conversion, magnitude);
  const sign = number < 0 ? "-" : flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
  const prefix = flags.includes("#") ? (prefixes[type] ?? "") : "";
  if (flags.includes("0") && !flags.includes("-") && ends) {
    return sign + prefix + digits.padStart(width - sign.length - prefix.length, "0");
  }
  return widened(sign + prefix + digits, conversion);
}

const prefixes: Readonly<Record<string, string>> = { x: "0x", X: "0X", o: "0o" };

function unendingText({ type }: Conversion, magnitude: number): string {
  if (!"eEfFgG".includes(type)) throw new ExpressionError(`%${type} needs a number that has an end`);
  const text = Number.isNaN(magnitude) ? "nan" : "inf";
  return type < "a" ? text.toUpperCase() : text;
}

function digitsOf({ type, precision, flags }: Conversion, magnitude: number): string {
  const text = digitsOfType(type.toLowerCase(), magnitude, { precision, keepsZeros: flags.includes("#") });
  return type === "E" || type === "G" || type === "X" ? text.toUpperCase() : text;
}

interface Digits {
  readonly precision: number | undefined;
  readonly keepsZeros: boolean;
}

const radixes: Readonly<Record<string, number>> = { x: 16, o: 8 };

function digitsOfType(type: string, magnitude: number, { precision, keepsZeros }: Digits): string {
  if (type === "f") return fixed(magnitude, precision ?? 6);
  if (type === "e") return exponential(magnitude, precision ?? 6);
  if (type === "g") return general(magnitude, precision ?? 6, keepsZeros);
  const radix = radixes[type];
  // Decimal conversions cut a fraction off; the others have none.
  if (radix !== undefined && !Number.isInteger(magnitude))
    throw new ExpressionError(`%${type} needs a whole number`);
  return BigInt(Math.trunc(magnitude))
    .toString(radix ?? 10)
    .padStart(precision ?? 0, "0");
}
