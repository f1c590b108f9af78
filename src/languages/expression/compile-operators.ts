// Compiles operators. Numbers take the short way; everything else goes through the general operation.
import { type BinaryOperator, calculate, checkedNumber, operate } from "./arithmetic.ts";
import { contains, equal, isSame, order } from "./comparison.ts";
import type { Compiler } from "./compiler.ts";
import { ExpressionError } from "./expression-error.ts";
import { fillPercent, readPercentPattern } from "./percent-format.ts";
import type { Run, Step } from "./step.ts";
import type { Comparator, ComparisonPart, NodeOf } from "./syntax.ts";
import { isTrue, numberOf, type Operand, present, typeName } from "./value.ts";

export function compileSign<Scope>(node: NodeOf<"sign">, compiler: Compiler<Scope>): Step<Scope> {
  const operand = compiler.operand(node.operand);
  const { operator } = node;
  return (run) => signed(operator, operand(run));
}

function signed(operator: "-" | "+" | "~", operand: Operand): number {
  const number = numberOf(operand);
  if (number === undefined)
    throw new ExpressionError(`${operator} needs a number, not ${typeName(present(operand))}`);
  if (operator === "-") return -number;
  if (operator === "+") return number;
  if (!Number.isInteger(number)) throw new ExpressionError("~ needs a whole number");
  return checkedNumber(-number - 1, number, 0);
}

export function compileBinary<Scope>(node: NodeOf<"binary">, compiler: Compiler<Scope>): Step<Scope> {
  const [left, right] = [compiler.operand(node.left), compiler.operand(node.right)];
  const { operator } = node;
  const general: Step<Scope> = (run) => {
    const [first, second] = [left(run), right(run)];
    return typeof first === "number" && typeof second === "number"
      ? calculate(operator, first, second)
      : operate(operator, first, second, run.work);
  };
  return quickBinary(operator, left, right) ?? compileFormat(node, right) ?? general;
}

/** The commonest operators between numbers, without a look-up. */
function quickBinary<Scope>(
  operator: BinaryOperator,
  left: Step<Scope>,
  right: Step<Scope>,
): Step<Scope> | undefined {
  if (operator === "+") return quick("+", { left, right, calculate: (first, second) => first + second });
  if (operator === "-") return quick("-", { left, right, calculate: (first, second) => first - second });
  return operator === "*"
    ? quick("*", { left, right, calculate: (first, second) => first * second })
    : undefined;
}

interface Quick<Scope> {
  readonly left: Step<Scope>;
  readonly right: Step<Scope>;
  readonly calculate: (first: number, second: number) => number;
}

function quick<Scope>(
  operator: BinaryOperator,
  { left, right, calculate: apply }: Quick<Scope>,
): Step<Scope> {
  return (run) => {
    const first = left(run);
    const second = right(run);
    if (typeof first !== "number" || typeof second !== "number")
      return operate(operator, first, second, run.work);
    return checkedNumber(apply(first, second), first, second);
  };
}

/** `'…%s…' % values`: the pattern is read when the expression is. */
function compileFormat<Scope>(
  { operator, left }: NodeOf<"binary">,
  right: Step<Scope>,
): Step<Scope> | undefined {
  if (operator !== "%" || left.kind !== "constant" || typeof left.value !== "string") return undefined;
  const pattern = readPercentPattern(left.value);
  return (run) => fillPercent(pattern, present(right(run)), run.work);
}

export function compileNot<Scope>(node: NodeOf<"not">, compiler: Compiler<Scope>): Step<Scope> {
  const operand = compiler.step(node.operand);
  return (run) => !isTrue(operand(run));
}

/** `and`, `or`: the first operand that decides, or the last. What stands behind a deciding constant is not compiled. */
export function compileLogic<Scope>(node: NodeOf<"and" | "or">, compiler: Compiler<Scope>): Step<Scope> {
  const stops = node.kind === "or";
  const decided = node.operands.findIndex(
    (operand) => operand.kind === "constant" && isTrue(operand.value) === stops,
  );
  const used = decided < 0 ? node.operands : node.operands.slice(0, decided + 1);
  const steps = used.map((operand) => compiler.step(operand));
  const last = steps.pop();
  const [only] = steps;
  if (last === undefined || only === undefined) return last ?? (() => null);
  if (steps.length === 1) {
    return (run) => {
      const operand = only(run);
      return isTrue(operand) === stops ? operand : last(run);
    };
  }
  return (run) => {
    for (const step of steps) {
      const operand = step(run);
      if (isTrue(operand) === stops) return operand;
    }
    return last(run);
  };
}

export function compileChoice<Scope>(node: NodeOf<"choice">, compiler: Compiler<Scope>): Step<Scope> {
  const condition = compiler.step(node.condition);
  const [yes, no] = [compiler.step(node.yes), compiler.step(node.no)];
  return (run) => (isTrue(condition(run)) ? yes(run) : no(run));
}

type Compare<Scope> = (left: Operand, right: Operand, run: Run<Scope>) => boolean;

/** `a < b < c`: every neighbouring pair, each operand once, up to the first that is false. */
export function compileComparison<Scope>(node: NodeOf<"comparison">, compiler: Compiler<Scope>): Step<Scope> {
  const first = compiler.operand(node.first);
  const [only, ...more] = node.rest.map(({ comparator, right }: ComparisonPart) => ({
    compare: comparison(comparator, compiler),
    right: compiler.operand(right),
  }));
  if (only === undefined) return first;
  const { compare, right } = only;
  if (more.length === 0) return (run) => compare(first(run), right(run), run);
  return (run) => {
    const start = first(run);
    let left = right(run);
    if (!compare(start, left, run)) return false;
    for (const part of more) {
      const next = part.right(run);
      if (!part.compare(left, next, run)) return false;
      left = next;
    }
    return true;
  };
}

function comparison<Scope>(comparator: Comparator, { soften, container }: Compiler<Scope>): Compare<Scope> {
  const isEqual: Compare<Scope> = (left, right, { work }) => equal(soften(left), soften(right), work);
  const isIn: Compare<Scope> = (left, right, { work }) =>
    contains(present(container(right)), present(soften(left)), work);
  switch (comparator) {
    case "<":
      return (left, right, { work }) =>
        typeof left === "number" && typeof right === "number" ? left < right : order(left, right, work) < 0;
    case "<=":
      return (left, right, { work }) =>
        typeof left === "number" && typeof right === "number" ? left <= right : order(left, right, work) <= 0;
    case ">":
      return (left, right, { work }) =>
        typeof left === "number" && typeof right === "number" ? left > right : order(left, right, work) > 0;
    case ">=":
      return (left, right, { work }) =>
        typeof left === "number" && typeof right === "number" ? left >= right : order(left, right, work) >= 0;
    case "==":
      return isEqual;
    case "!=":
      return (left, right, run) => !isEqual(left, right, run);
    case "in":
      return isIn;
    case "not in":
      return (left, right, run) => !isIn(left, right, run);
    case "is":
      return (left, right) => isSame(soften(left), soften(right));
    case "is not":
      return (left, right) => !isSame(soften(left), soften(right));
  }
}
