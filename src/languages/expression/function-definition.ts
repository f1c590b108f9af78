// What a function of the languages is: a name, parameters, and what it does with values.
import { ExpressionError } from "./expression-error.ts";
import type { Value } from "./value.ts";
import { pythonRepr } from "./value-text.ts";
import type { Work } from "./work.ts";

export interface Parameter {
  readonly name: string;
  /** What stands for an argument that is not given; without it the argument has to be. */
  readonly fallback?: Value;
}

/** How a function, method or filter takes its arguments. */
export interface Signature {
  readonly parameters: readonly Parameter[];
  /** The last parameter takes all that is left, also nothing; then it has no fallback. */
  readonly rest?: boolean;
}

export interface FunctionDefinition<Host = unknown> extends Signature {
  readonly name: string;
  readonly aliases?: readonly string[];
  /** As listings show it: basic, string, set, … (contract 2.5). */
  readonly group: string;
  /** One or two sentences. */
  readonly doc: string;
  /**
   * Arguments come in the order of the parameters. `host` is what the evaluation was given. Throws a sentence for
   * the operator when it cannot answer; counts what it looks at with `spend(work, …)`.
   */
  call(args: readonly Value[], host: Host, work: Work): Value | Promise<Value>;
}

/** `grep_file(string, path, regexp=False)`, for listings. */
export function functionPrototype({
  name,
  parameters,
  rest = false,
}: Signature & { readonly name: string }): string {
  const shown = parameters.map(({ name: parameter, fallback }, place) => {
    if (rest && place === parameters.length - 1) return `*${parameter}`;
    return fallback === undefined ? parameter : `${parameter}=${pythonRepr(fallback)}`;
  });
  return `${name}(${shown.join(", ")})`;
}

/** Functions by their names and their other names. */
export function functionsByName<Host>(
  definitions: readonly FunctionDefinition<Host>[],
): ReadonlyMap<string, FunctionDefinition<Host>> {
  const byName = new Map<string, FunctionDefinition<Host>>();
  for (const definition of definitions) {
    for (const name of [definition.name, ...(definition.aliases ?? [])]) byName.set(name, definition);
  }
  return byName;
}

/** Arguments as they are written: some by place, some by name. */
export interface Given<Argument> {
  readonly positional: readonly Argument[];
  readonly named: readonly (readonly [string, Argument])[];
}

/**
 * Arguments in the order of the parameters. Throws when one lacks, is given twice or is not known. `fallback` makes
 * an argument of a parameter's own value.
 */
export function bindArguments<Argument>(
  callee: Signature & { readonly name: string },
  { positional, named }: Given<Argument>,
  fallback: (value: Value) => Argument,
): Argument[] {
  const { parameters, rest = false, name } = callee;
  const single = rest ? parameters.length - 1 : parameters.length;
  if (positional.length > single && !rest) {
    throw new ExpressionError(`${functionPrototype(callee)} takes no more than ${single} arguments`);
  }
  const byName = new Map(named);
  const bound = parameters.slice(0, single).map((parameter, place) => {
    const given = positional[place] ?? byName.get(parameter.name);
    const isTwice = positional[place] !== undefined && byName.has(parameter.name);
    byName.delete(parameter.name);
    if (isTwice) throw new ExpressionError(`${name}() has ${parameter.name} twice`);
    if (given !== undefined) return given;
    if (parameter.fallback !== undefined) return fallback(parameter.fallback);
    throw new ExpressionError(`${functionPrototype(callee)} lacks ${parameter.name}`);
  });
  const [unknown] = byName.keys();
  if (unknown !== undefined) throw new ExpressionError(`${functionPrototype(callee)} has no ${unknown}`);
  return [...bound, ...positional.slice(single)];
}
