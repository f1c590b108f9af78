// Targets of Graphite, `alias(sumSeries(disk.*.used), "all")`, as trees: any text gives a tree or a fault with its place.
import { type Cursor, demand, found, skipBlanks, TargetFault, takes } from "./cursor.ts";
import type { Argument, CallExpression, Expression, Literal, NamedArgument } from "./expression.ts";
import { readPath } from "./path-text.ts";

export interface TargetLimits {
  readonly depth: number;
  readonly calls: number;
}

export type ParsedTarget =
  | { readonly expression: Expression; readonly calls: number }
  | { readonly fault: { readonly at: number; readonly reason: string } };

/** The tree of a target; never throws. `at` counts UTF-16 units from 0. */
export function parseTarget(text: string, limits: TargetLimits): ParsedTarget {
  const cursor: Cursor = { text, at: 0, depth: 0, calls: 0 };
  try {
    const expression = readPiped(cursor, limits);
    skipBlanks(cursor);
    if (cursor.at < text.length) throw new TargetFault(cursor.at, `expected the end${found(cursor)}`);
    return { expression, calls: cursor.calls };
  } catch (thrown) {
    if (!(thrown instanceof TargetFault)) throw thrown;
    return { fault: { at: thrown.at, reason: thrown.message } };
  }
}

/** `a|f(b)` is `f(a, b)`. */
function readPiped(cursor: Cursor, limits: TargetLimits): Expression {
  return pipedInto(cursor, limits, readExpression(cursor, limits));
}

function readExpression(cursor: Cursor, limits: TargetLimits): Expression {
  skipBlanks(cursor);
  const at = cursor.at;
  const { text, plain } = readPath(cursor);
  if (text === "") throw new TargetFault(at, `expected the name of a series or a function${found(cursor)}`);
  return readFrom(cursor, limits, { at, text, plain });
}

interface Start {
  readonly at: number;
  readonly text: string;
  readonly plain: boolean;
}

function readFrom(cursor: Cursor, limits: TargetLimits, { at, text, plain }: Start): Expression {
  if (!plain || !isWord(text) || !takes(cursor, "(")) return { kind: "path", at, text };
  cursor.depth += 1;
  cursor.calls += 1;
  if (cursor.depth > limits.depth) throw tooDeep(cursor, limits);
  if (cursor.calls > limits.calls) throw new TargetFault(at, `more than ${limits.calls} functions`);
  const call = readArguments(cursor, limits);
  cursor.depth -= 1;
  if (text === "template") return templateOf(at, call);
  return { kind: "call", at, name: text, raw: cursor.text.slice(at, cursor.at), ...call };
}

type Arguments = Pick<CallExpression, "args" | "named">;

function readArguments(cursor: Cursor, limits: TargetLimits): Arguments {
  const args: Argument[] = [];
  const named: NamedArgument[] = [];
  if (takes(cursor, ")")) return { args, named };
  do {
    const argument = readArgument(cursor, limits);
    if ("name" in argument && !("kind" in argument)) {
      if (named.some(({ name }) => name === argument.name)) {
        throw new TargetFault(cursor.at, `the argument ${argument.name} stands there twice`);
      }
      named.push(argument);
    } else if (named.length > 0) {
      throw new TargetFault(argument.at, "an argument without a name stands behind one with a name");
    } else args.push(argument);
  } while (takes(cursor, ","));
  demand(cursor, ")");
  return { args, named };
}

function readArgument(cursor: Cursor, limits: TargetLimits): Argument | NamedArgument {
  skipBlanks(cursor);
  const name = /([A-Za-z_]\w*)\s*=/y;
  name.lastIndex = cursor.at;
  const word = name.exec(cursor.text)?.[1];
  if (word === undefined) return readValue(cursor, limits);
  cursor.at += word.length;
  demand(cursor, "=");
  return { name: word, value: readValue(cursor, limits) };
}

function readValue(cursor: Cursor, limits: TargetLimits): Argument {
  skipBlanks(cursor);
  const at = cursor.at;
  const first = cursor.text[at];
  if (first === '"' || first === "'") return { kind: "string", at, value: readString(cursor, first) };
  const { text, plain } = readPath(cursor);
  if (text === "") throw new TargetFault(at, `expected an argument${found(cursor)}`);
  const value = (plain ? literalOf(text, at) : undefined) ?? readFrom(cursor, limits, { at, text, plain });
  return value.kind === "call" || value.kind === "path" || value.kind === "template"
    ? pipedInto(cursor, limits, value)
    : value;
}

function pipedInto(cursor: Cursor, limits: TargetLimits, expression: Expression): Expression {
  let whole = expression;
  for (let piped = 1; takes(cursor, "|"); piped += 1) {
    if (piped + cursor.depth > limits.depth) throw tooDeep(cursor, limits);
    const next = readExpression(cursor, limits);
    if (next.kind !== "call") throw new TargetFault(next.at, "expected a function behind the bar");
    whole = { ...next, args: [whole, ...next.args] };
  }
  return whole;
}

function literalOf(text: string, at: number): Literal | undefined {
  if (/^-?\d+$/.test(text)) return { kind: "number", at, value: Number(text), whole: true };
  if (/^-?\d+(\.\d+)?(e-?\d+)?$/i.test(text))
    return { kind: "number", at, value: Number(text), whole: false };
  const word = text.toLowerCase();
  if (word === "true" || word === "false") return { kind: "boolean", at, value: word === "true" };
  if (word === "none") return { kind: "none", at };
  if (word === "inf") return { kind: "number", at, value: Number.POSITIVE_INFINITY, whole: false };
  return undefined;
}

/** What stands between the quotes, backslashes and all: expressions for search need them. */
function readString(cursor: Cursor, quote: string): string {
  const start = cursor.at + 1;
  for (let at = start; at < cursor.text.length; at += 1) {
    const character = cursor.text[at];
    if (character === "\\") at += 1;
    else if (character === quote) {
      cursor.at = at + 1;
      return cursor.text.slice(start, at);
    }
  }
  throw new TargetFault(cursor.at, "a quote is not closed");
}

function templateOf(at: number, { args, named }: Arguments): Expression {
  const [expression, ...values] = args;
  if (expression === undefined || !isExpression(expression)) {
    throw new TargetFault(at, "template() needs a series or a function first");
  }
  const variables = new Map<string, Literal>();
  const numbered = values.map((value, index) => ({ name: String(index + 1), value }));
  for (const { name, value } of [...numbered, ...named]) {
    if (isExpression(value)) throw new TargetFault(value.at, "template() takes numbers and texts only");
    variables.set(name, value);
  }
  return { kind: "template", at, expression, variables };
}

/** Whether an argument stands for series. */
export function isExpression(argument: Argument): argument is Expression {
  return argument.kind === "path" || argument.kind === "call" || argument.kind === "template";
}

function isWord(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

function tooDeep({ at }: Cursor, { depth }: TargetLimits): TargetFault {
  return new TargetFault(at, `more than ${depth} functions inside each other`);
}
