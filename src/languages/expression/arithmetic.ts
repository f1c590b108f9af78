// Python's operators between two values. There is one type of numbers, exact for whole numbers up to 2**53.
import { ExpressionError } from "./expression-error.ts";
import { formatPercent } from "./percent-format.ts";
import { repeated } from "./sequence.ts";
import { difference, intersection, type SetOperation, symmetricDifference, union } from "./set-algebra.ts";
import {
  isList,
  isSet,
  Missing,
  missingError,
  numberOf,
  type Operand,
  Tuple,
  typeName,
  type Value,
} from "./value.ts";
import { takeList, takeText, type Work } from "./work.ts";

export type BinaryOperator = "+" | "-" | "*" | "/" | "//" | "%" | "**" | "&" | "|" | "^";

/** What an operator does with numbers. */
type Calculate = (left: number, right: number) => number;

const calculations: Readonly<Record<BinaryOperator, Calculate>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / divisor(right),
  "//": floorDivided,
  "%": remainder,
  "**": power,
  "&": (left, right) => Number(bitsOf(left) & bitsOf(right)),
  "|": (left, right) => Number(bitsOf(left) | bitsOf(right)),
  "^": (left, right) => Number(bitsOf(left) ^ bitsOf(right)),
};

/** The result of an operator for any two operands; throws for types that it does not join. */
export function operate(operator: BinaryOperator, left: Operand, right: Operand, work: Work): Value {
  const [first, second] = [numberOf(left), numberOf(right)];
  if (first !== undefined && second !== undefined) {
    const result = calculate(operator, first, second);
    // Bits of truth values are truth values.
    const isTruth = typeof left === "boolean" && typeof right === "boolean" && "&|^".includes(operator);
    return isTruth ? result === 1 : result;
  }
  if (left instanceof Missing) throw missingError(left);
  if (right instanceof Missing) throw missingError(right);
  const joined = joins[operator]?.(left, right, work);
  if (joined !== undefined) return joined;
  throw new ExpressionError(`${operator} does not join ${typeName(left)} and ${typeName(right)}`);
}

export function calculate(operator: BinaryOperator, left: number, right: number): number {
  return checkedNumber(calculations[operator](left, right), left, right);
}

/** A result that may be a fraction, but never silently wrong or endless. */
export function checkedNumber(result: number, left: number, right: number): number {
  if (Number.isSafeInteger(result)) return result;
  if (!Number.isFinite(result)) throw new ExpressionError("the result is not a number, or too large for one");
  if (Number.isInteger(result) && Number.isSafeInteger(left) && Number.isSafeInteger(right)) {
    throw new ExpressionError("number too large: whole numbers are exact up to 9007199254740991");
  }
  return result;
}

function divisor(value: number): number {
  if (value === 0) throw new ExpressionError("division by zero");
  return value;
}

/** The sign of the result is that of the divisor. */
function remainder(left: number, right: number): number {
  const rest = left % divisor(right);
  return rest !== 0 && rest < 0 !== right < 0 ? rest + right : rest;
}

function floorDivided(left: number, right: number): number {
  const quotient = (left - remainder(left, right)) / right;
  const below = Math.floor(quotient);
  return quotient - below > 0.5 ? below + 1 : below;
}

function power(left: number, right: number): number {
  if (left === 0 && right < 0) throw new ExpressionError("division by zero");
  const rough = left ** right;
  if (!Number.isInteger(left) || !Number.isInteger(right) || right < 0) return rough;
  if (Math.abs(rough) > Number.MAX_SAFE_INTEGER || Math.abs(left) < 2) return rough;
  // Whole numbers are multiplied out: the engine's own power may be wrong in the last digit.
  let result = 1;
  for (let count = 0; count < right; count += 1) result *= left;
  return result;
}

function bitsOf(value: number): bigint {
  if (Number.isInteger(value)) return BigInt(value);
  throw new ExpressionError("& | and ^ need whole numbers");
}

type Join = (left: Value, right: Value, work: Work) => Value | undefined;

/** What operators do with values that are not numbers. */
const joins: Partial<Record<BinaryOperator, Join>> = {
  "+": appended,
  "*": (left, right, work) => multiplied(left, right, work) ?? multiplied(right, left, work),
  "%": (left, right, work) => (typeof left === "string" ? formatPercent(left, right, work) : undefined),
  "-": betweenSets(difference),
  "&": betweenSets(intersection),
  "|": betweenSets(union),
  "^": betweenSets(symmetricDifference),
};

function betweenSets(operation: SetOperation): Join {
  return (left, right, work) => (isSet(left) && isSet(right) ? operation(left, right, work) : undefined);
}

function appended(left: Value, right: Value, work: Work): Value | undefined {
  if (typeof left === "string" && typeof right === "string") {
    takeText(work, left.length + right.length);
    return left + right;
  }
  if (isList(left) && isList(right)) return joinedItems(left, right, work);
  if (!(left instanceof Tuple && right instanceof Tuple)) return undefined;
  return new Tuple(joinedItems(left.items, right.items, work));
}

function joinedItems(left: readonly Value[], right: readonly Value[], work: Work): Value[] {
  takeList(work, left.length + right.length);
  return [...left, ...right];
}

function multiplied(target: Value, count: Value, work: Work): Value | undefined {
  const times = numberOf(count);
  if (times === undefined) return undefined;
  if (typeof target !== "string" && !isList(target) && !(target instanceof Tuple)) return undefined;
  return repeated(target, times, work);
}
