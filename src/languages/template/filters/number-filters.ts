// Filters that make numbers.
import { checkedNumber } from "../../expression/arithmetic.ts";
import { ExpressionError } from "../../expression/expression-error.ts";
import { rounded } from "../../expression/number-text.ts";
import { numberOf, type Operand, typeName } from "../../expression/value.ts";
import { pathOf } from "../member.ts";
import { itemsFrom, unmarked } from "../text.ts";
import { type FilterEntry, filterOf, numberFrom } from "./filter.ts";

function wholeNumber(value: Operand, base: number): number | undefined {
  if (typeof value !== "string") {
    const number = numberOf(value);
    return number === undefined || !Number.isFinite(number) ? undefined : Math.trunc(number);
  }
  const text = value.trim().replaceAll("_", "");
  if (base !== 10) return inBase(text, base);
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)
    ? safe(Math.trunc(Number(text)))
    : undefined;
}

function inBase(text: string, base: number): number | undefined {
  if (!Number.isInteger(base) || base < 2 || base > 36) throw new ExpressionError("the base is from 2 to 36");
  const digits = text.toLowerCase().replace(/^([+-]?)0[xob]/, "$1");
  const allowed = "0123456789abcdefghijklmnopqrstuvwxyz".slice(0, base);
  const isWhole =
    /^[+-]?[0-9a-z]+$/.test(digits) &&
    [...digits].every((sign) => allowed.includes(sign) || "+-".includes(sign));
  return isWhole ? safe(Number.parseInt(digits, base)) : undefined;
}

function safe(number: number): number {
  if (Number.isSafeInteger(number)) return number;
  throw new ExpressionError("number too large");
}

function decimal(value: Operand): number | undefined {
  if (typeof value !== "string") return numberOf(value);
  const text = value.trim().replaceAll("_", "");
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

function roundedBy(method: string, value: number, digits: number): number {
  if (method === "common") return rounded(value, digits);
  if (method !== "ceil" && method !== "floor") throw new ExpressionError("round by common, ceil or floor");
  const scale = 10 ** digits;
  return Math[method](value * scale) / scale;
}

export const numberFilters: readonly FilterEntry[] = [
  filterOf("abs", {}, (value) => Math.abs(numberFrom(unmarked(value)))),
  filterOf(
    "int",
    { default: 0, base: 10 },
    (value, [fallback = 0, base]) => wholeNumber(unmarked(value), numberFrom(base)) ?? fallback,
  ),
  filterOf("float", { default: 0 }, (value, [fallback = 0]) => decimal(unmarked(value)) ?? fallback),
  filterOf("round", { precision: 0, method: "common" }, (value, [precision, method]) =>
    roundedBy(String(method), numberFrom(unmarked(value)), numberFrom(precision)),
  ),
  filterOf("sum", { attribute: null, start: 0 }, (value, [attribute = null, start], { work }) => {
    let sum = numberFrom(start);
    for (const item of itemsFrom(value, work)) {
      const found = attribute === null ? item : pathOf(item, attribute, work);
      const number = numberOf(found);
      if (number === undefined) throw new ExpressionError(`sum needs numbers, not ${typeName(found)}`);
      sum = checkedNumber(sum + number, sum, number);
    }
    return sum;
  }),
  filterOf("filesizeformat", { binary: false }, (value, [binary]) =>
    fileSize(numberFrom(unmarked(value)), binary === true),
  ),
];

const units = ["k", "M", "G", "T", "P", "E", "Z", "Y"];

function fileSize(bytes: number, isBinary: boolean): string {
  const base = isBinary ? 1024 : 1000;
  if (bytes === 1) return "1 Byte";
  if (Math.abs(bytes) < base) return `${Math.trunc(bytes)} Bytes`;
  let power = 1;
  while (power < units.length && Math.abs(bytes) >= base ** (power + 1)) power += 1;
  const unit = units[power - 1] ?? "";
  return `${(bytes / base ** power).toFixed(1)} ${isBinary ? `${unit.toUpperCase()}i` : unit}B`;
}
