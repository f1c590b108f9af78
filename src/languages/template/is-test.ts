// The tests of templates: `value is name argument`.
import { contains, equal, isSame, order } from "../expression/comparison.ts";
import { ExpressionError, shown } from "../expression/expression-error.ts";
import {
  isDictionary,
  isList,
  isSet,
  Missing,
  numberOf,
  type Operand,
  present,
  Tuple,
} from "../expression/value.ts";
import { takeText } from "../expression/work.ts";
import { Callable } from "./callable.ts";
import type { TemplateRun } from "./frame.ts";
import { isMarked, unmarked } from "./text.ts";

type Test = (value: Operand, argument: Operand, run: TemplateRun) => boolean;

const isSequence = (value: Operand) => typeof value === "string" || isList(value) || value instanceof Tuple;
const isText = (value: Operand) => typeof value === "string";
const isInteger = (value: Operand) => typeof value === "number" && Number.isInteger(value);

function isCased(value: Operand, change: (text: string) => string): boolean {
  return typeof value === "string" && change(value) === value && /\p{L}/u.test(value);
}

function rest(value: Operand, divisor: Operand): number {
  const [number, by] = [numberOf(present(value)), numberOf(present(divisor))];
  if (number === undefined || by === undefined) throw new ExpressionError("numbers are needed");
  if (by === 0) throw new ExpressionError("division by zero");
  return number % by;
}

const isEqual: Test = (value, other, { work }) => equal(value, other, work);
const isLess: Test = (value, other, { work }) => order(value, other, work) < 0;
const isLessOrEqual: Test = (value, other, { work }) => order(value, other, work) <= 0;
const isGreater: Test = (value, other, { work }) => order(value, other, work) > 0;
const isGreaterOrEqual: Test = (value, other, { work }) => order(value, other, work) >= 0;
const isDifferent: Test = (value, other, { work }) => !equal(value, other, work);

/** How many arguments each takes beside the value. */
const tests: ReadonlyMap<string, { readonly count: 0 | 1; readonly holds: Test }> = new Map([
  ...named(0, {
    defined: (value) => !(value instanceof Missing),
    undefined: (value) => value instanceof Missing,
    none: (value) => value === null,
    boolean: (value) => typeof value === "boolean",
    true: (value) => value === true,
    false: (value) => value === false,
    number: (value) => numberOf(value) !== undefined,
    integer: isInteger,
    float: (value) => typeof value === "number" && !Number.isInteger(value),
    string: isText,
    sequence: (value) => isSequence(value) || isDictionary(value),
    mapping: isDictionary,
    iterable: (value) => isSequence(value) || isDictionary(value) || isSet(value) || value instanceof Missing,
    callable: (value) => (value as unknown) instanceof Callable,
    even: (value) => rest(value, 2) === 0,
    odd: (value) => Math.abs(rest(value, 2)) === 1,
    lower: (value) => isCased(value, (text) => text.toLowerCase()),
    upper: (value) => isCased(value, (text) => text.toUpperCase()),
  }),
  ...named(1, {
    divisibleby: (value, by) => rest(value, by) === 0,
    sameas: isSame,
    in: (value, container, { work }) =>
      !(container instanceof Missing) && contains(container, present(value), work),
    eq: isEqual,
    "==": isEqual,
    equalto: isEqual,
    ne: isDifferent,
    "!=": isDifferent,
    lt: isLess,
    "<": isLess,
    lessthan: isLess,
    le: isLessOrEqual,
    "<=": isLessOrEqual,
    gt: isGreater,
    ">": isGreater,
    greaterthan: isGreater,
    ge: isGreaterOrEqual,
    ">=": isGreaterOrEqual,
  }),
]);

function named(
  count: 0 | 1,
  table: Readonly<Record<string, Test>>,
): [string, { readonly count: 0 | 1; readonly holds: Test }][] {
  return Object.entries(table).map(([name, holds]) => [name, { count, holds }]);
}

export function isTest(name: string): boolean {
  return name === "escaped" || tests.has(name);
}

/** Whether a test holds for the first operand; others are its arguments. */
export function applyTest(
  name: string,
  [value = null, ...args]: readonly Operand[],
  run: TemplateRun,
): boolean {
  if (name === "escaped") return isMarked(value);
  const test = tests.get(name);
  if (test === undefined) throw new ExpressionError(`there is no test ${shown(name)}`);
  if (args.length !== test.count) {
    throw new ExpressionError(`the test ${name} takes ${test.count} arguments, not ${args.length}`);
  }
  if (typeof value === "string") takeText(run.work, value.length);
  const [argument = null] = args;
  return test.holds(unmarked(value), unmarked(argument), run);
}
