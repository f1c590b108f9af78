// What expressions work with: Python's plain data. Nothing here can be run, and no prototype can be reached.
import { ExpressionError } from "./expression-error.ts";

/** Plain objects from outside are read as they are, by their own keys; literals make maps. */
export type Dictionary = ReadonlyMap<Value, Value> | PlainDictionary;

export interface PlainDictionary {
  readonly [key: string]: Value;
}

export type Value =
  | null
  | boolean
  | number
  | string
  | Tuple
  | readonly Value[]
  | ReadonlySet<Value>
  | Dictionary;

/** A list that stays as it is, written with round brackets. */
export class Tuple {
  readonly items: readonly Value[];

  constructor(items: readonly Value[]) {
    this.items = items;
  }
}

/** Stands for data that is not there; most things that are done with it are refused with its reason. */
export class Missing {
  readonly name: string;
  readonly reason: string;

  constructor(name: string, reason = `no data: ${name}`) {
    this.name = name;
    this.reason = reason;
  }
}

/** Text of a template that needs no more escaping. Operators see the text alone, so that nothing stays marked by chance. */
export class MarkedText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What a part of an expression may come to. */
export type Operand = Value | Missing;

export function missingError({ reason, name }: Missing): ExpressionError {
  return new ExpressionError(reason, { missing: name });
}

/** The operand where data is needed; throws when it is missing. */
export function present(operand: Operand): Value {
  if (operand instanceof Missing) throw missingError(operand);
  return operand;
}

export function isList(value: unknown): value is readonly Value[] {
  return Array.isArray(value);
}

export function isSet(value: unknown): value is ReadonlySet<Value> {
  return value instanceof Set;
}

export function isMap(value: unknown): value is ReadonlyMap<Value, Value> {
  return value instanceof Map;
}

/** An object of plain data: whatever has a class of its own is not. */
export function isPlainDictionary(value: unknown): value is PlainDictionary {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

export function isDictionary(value: unknown): value is Dictionary {
  return isMap(value) || isPlainDictionary(value);
}

/** Whether something from outside can be worked with. Looks at its surface only. */
export function isValue(value: unknown): value is Value {
  if (value === null) return true;
  if (typeof value !== "object") return typeof value !== "undefined" && (typeof value) in plainTypes;
  return isList(value) || value instanceof Tuple || isSet(value) || isDictionary(value);
}

const plainTypes: Readonly<Record<string, string>> = { boolean: "bool", number: "number", string: "str" };

/** The name of a value's type for messages. */
export function typeName(value: unknown): string {
  if (value === null) return "None";
  if (typeof value !== "object") return plainTypes[typeof value] ?? typeof value;
  if (isList(value)) return "list";
  if (value instanceof Tuple) return "tuple";
  if (isSet(value)) return "set";
  if (value instanceof Missing) return "missing data";
  return isDictionary(value) ? "dict" : "object";
}

/** Numbers and truth values as a number; undefined for all others. */
export function numberOf(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "boolean" ? Number(value) : undefined;
}

/** Python's truth: nothing, zero and what is empty are false; missing data is too. */
export function isTrue(operand: unknown): boolean {
  if (typeof operand === "boolean") return operand;
  if (typeof operand !== "object") return Boolean(operand) || Number.isNaN(operand);
  if (operand === null || operand instanceof Missing) return false;
  if (isList(operand)) return operand.length > 0;
  if (operand instanceof Tuple) return operand.items.length > 0;
  if (isSet(operand) || isMap(operand)) return operand.size > 0;
  if (operand instanceof MarkedText) return operand.text !== "";
  return !isPlainDictionary(operand) || Object.keys(operand).length > 0;
}
