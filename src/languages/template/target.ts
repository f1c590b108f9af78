// What `set`, `for` and `with` give values to.
import { ExpressionError } from "../expression/expression-error.ts";
import { expect, expectName, type Reader, skip } from "../expression/reader.ts";
import { Missing, type Operand } from "../expression/value.ts";
import { Namespace } from "./callable.ts";
import { lookUp, type TemplateRun } from "./frame.ts";
import { itemsFrom } from "./text.ts";

export interface Target {
  /** The names that it sets, for those who have to know. */
  readonly names: readonly string[];
  assign(value: Operand, run: TemplateRun): void;
}

/** `a`, `a, b` or `(a, b)`; with `space` also `namespace.a`. */
export function parseTarget(reader: Reader, canHaveSpace = false): Target {
  const first = parseOne(reader, canHaveSpace);
  const targets = [first];
  let isTuple = false;
  while (skip(reader, ",")) {
    isTuple = true;
    const { kind } = reader.tokens[reader.place] ?? { kind: "end" };
    const next = reader.tokens[reader.place]?.text;
    if (next === "in" || next === "=" || kind === "end") break;
    targets.push(parseOne(reader, canHaveSpace));
  }
  return isTuple ? severalTargets(targets) : first;
}

function parseOne(reader: Reader, canHaveSpace: boolean): Target {
  if (skip(reader, "(")) {
    const inner = parseTarget(reader, canHaveSpace);
    expect(reader, ")");
    return inner;
  }
  const { text: name, at } = expectName(reader);
  if (["true", "false", "none", "True", "False", "None"].includes(name)) {
    throw new ExpressionError(`${name} cannot be set`, { at });
  }
  if (!canHaveSpace || !skip(reader, ".")) return nameTarget(name);
  return spaceTarget(name, expectName(reader).text);
}

function nameTarget(name: string): Target {
  return { names: [name], assign: (value, { scope }) => void scope.variables.own.set(name, value) };
}

function spaceTarget(space: string, name: string): Target {
  return {
    names: [],
    assign(value, { scope }) {
      const found: unknown = lookUp(scope, space);
      if (!(found instanceof Namespace))
        throw new ExpressionError(`${space} is no namespace: its names cannot be set`);
      found.values.set(name, value);
    },
  };
}

function severalTargets(targets: readonly Target[]): Target {
  return {
    names: targets.flatMap(({ names }) => names),
    assign(value, run) {
      const items = itemsFrom(value, run.work);
      if (items.length !== targets.length) {
        throw new ExpressionError(`${targets.length} names cannot be set to ${items.length} values`);
      }
      for (const [place, target] of targets.entries()) {
        target.assign(items[place] ?? new Missing("item"), run);
      }
    },
  };
}
