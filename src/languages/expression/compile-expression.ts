// Compiles what is particular to expressions: functions by name, methods, placeholders.

import { callStep } from "./call-step.ts";
import { compilerOf } from "./compile-node.ts";
import { valuesOf } from "./compile-values.ts";
import type { Compiler } from "./compiler.ts";
import { ExpressionError, shown } from "./expression-error.ts";
import { bindArguments, type FunctionDefinition } from "./function-definition.ts";
import { callMethod } from "./methods/call-method.ts";
import { itemAt } from "./sequence.ts";
import type { Step } from "./step.ts";
import type { Node, NodeOf } from "./syntax.ts";
import type { PlaceholderForm } from "./token.ts";
import { Missing, type Operand, present, type Value } from "./value.ts";

/**
 * What stands for a placeholder: a value that stays, or how it is read at each evaluation, where undefined means
 * that the data is not there.
 */
export type Binding<Scope> = Value | ((scope: Scope) => Value | Missing | undefined);

export interface ExpressionNeeds<Scope> {
  readonly functions: ReadonlyMap<string, FunctionDefinition<Scope>>;
  /** Undefined: nothing of that name is known, the expression is refused. */
  placeholder(name: string, form: PlaceholderForm): Binding<Scope> | undefined;
}

/** What an expression uses, noted while it is compiled. */
export interface Uses {
  readonly calls: Set<string>;
  readonly placeholders: Set<string>;
  /** Places in the memory of evaluations. */
  places: number;
}

export function expressionCompiler<Scope>(needs: ExpressionNeeds<Scope>, uses: Uses): Compiler<Scope> {
  return compilerOf((step) => ({
    name: refuseName,
    placeholder: (node) => compilePlaceholder(node, { needs, uses, step }),
    call: (node) => compileCall(node, { needs, uses, step }),
    attribute: refusePart,
    item(node) {
      const [target, key] = [step(node.target), step(node.key)];
      return (run) => itemAt(present(target(run)), present(key(run)), run.work);
    },
    templatePart: refusePart,
    operand: step,
    container: (operand) => operand,
    soften: (operand) => (operand instanceof Missing ? "" : operand),
  }));
}

function refuseName({ name, at }: NodeOf<"name">): never {
  throw new ExpressionError(`there is no ${shown(name)} here; a text stands in quotes`, { at });
}

function refusePart({ at }: Node): never {
  throw new ExpressionError("this is not part of the language", { at });
}

interface Place<Scope> {
  readonly needs: ExpressionNeeds<Scope>;
  readonly uses: Uses;
  step(node: Node): Step<Scope>;
}

function compilePlaceholder<Scope>(
  node: NodeOf<"placeholder">,
  { needs, uses, step }: Place<Scope>,
): Step<Scope> {
  const { name, at } = node;
  const binding = needs.placeholder(name, node.form);
  if (binding === undefined) {
    const whole = node.form === "double" ? `{{${name}}}` : `{${name}}`;
    throw new ExpressionError(`nothing is known as ${shown(whole)}`, { at });
  }
  uses.placeholders.add(name);
  const fallback = node.fallback && step(node.fallback);
  if (typeof binding !== "function") return () => binding;
  const read = remembered(binding, new Missing(name), uses);
  if (fallback === undefined) return read;
  return (run) => {
    const operand = read(run);
    return operand instanceof Missing ? fallback(run) : operand;
  };
}

/** An evaluation that had to wait goes on with the data that it had begun with. */
function remembered<Scope>(
  binding: (scope: Scope) => Value | Missing | undefined,
  missing: Missing,
  uses: Uses,
): Step<Scope> {
  const place = uses.places;
  uses.places += 1;
  return ({ scope, memory }) => {
    if (memory === undefined) return binding(scope) ?? (missing as Operand);
    memory[place] ??= binding(scope) ?? missing;
    return memory[place];
  };
}

function compileCall<Scope>(node: NodeOf<"call">, place: Place<Scope>): Step<Scope> {
  const { target, at } = node;
  if (target.kind === "attribute") return compileMethod(node, target, place);
  if (target.kind !== "name")
    throw new ExpressionError("only functions can be called, by their name", { at });
  const { needs, uses, step } = place;
  const definition = needs.functions.get(target.name);
  if (definition === undefined) {
    throw new ExpressionError(`there is no function ${shown(target.name)}`, { at: target.at });
  }
  uses.calls.add(definition.name);
  const steps = argumentSteps(node, definition, step);
  const memoryPlace = uses.places;
  uses.places += 1;
  return callStep({ definition, steps, place: memoryPlace });
}

function argumentSteps<Scope>(
  { arguments: { positional, named } }: NodeOf<"call">,
  definition: FunctionDefinition<Scope>,
  step: (node: Node) => Step<Scope>,
): readonly Step<Scope>[] {
  const given = {
    positional: positional.map(step),
    named: named.map(({ name, value }) => [name, step(value)] as const),
  };
  return bindArguments<Step<Scope>>(definition, given, (value) => () => value);
}

/** `target.name(…)`: which methods there are depends on what the target comes to. */
function compileMethod<Scope>(
  { arguments: { positional, named } }: NodeOf<"call">,
  { target, name }: NodeOf<"attribute">,
  { step }: Place<Scope>,
): Step<Scope> {
  const object = step(target);
  const steps = positional.map(step);
  const namedSteps = named.map((argument) => step(argument.value));
  return (run) => {
    const value = present(object(run));
    const args = valuesOf(steps, run);
    const namedValues = valuesOf(namedSteps, run);
    const pairs = named.map((argument, at) => [argument.name, namedValues[at] ?? null] as const);
    return callMethod({ target: value, name, positional: args, named: pairs }, run.work);
  };
}
