// What templates can call, and what they can change: handed around like values, but never looked into.
import { callFault, checkedAnswer } from "../expression/call-step.ts";
import { ExpressionError } from "../expression/expression-error.ts";
import { bindArguments, type FunctionDefinition, type Given } from "../expression/function-definition.ts";
import { type Operand, present, type Value } from "../expression/value.ts";
import type { TemplateRun } from "./frame.ts";

export type Call = (given: Given<Operand>, run: TemplateRun) => Operand;

/** A macro or function. */
export class Callable {
  readonly name: string;
  readonly call: Call;

  constructor(name: string, call: Call) {
    this.name = name;
    this.call = call;
  }
}

/** What `namespace()` makes: names that can be set from within loops. */
export class Namespace {
  readonly values: Map<string, Operand>;

  constructor(values: Iterable<readonly [string, Operand]>) {
    this.values = new Map(values);
  }
}

/** These two pass through expressions as values do; whatever looks into values refuses them by their class. */
export function handedAround(special: Callable | Namespace): Value {
  return special as unknown as Value;
}

/** A function of the agent. */
export function definedCallable(definition: FunctionDefinition): Callable {
  const { name } = definition;
  return new Callable(name, ({ positional, named }, { scope, work }) => {
    const given = {
      positional: positional.map(present),
      named: named.map(([key, operand]) => [key, present(operand)] as const),
    };
    const args = bindArguments(definition, given, (value) => value);
    return answered(name, () => definition.call(args, scope.session.host, work));
  });
}

export type ForeignFunction = (...args: Value[]) => unknown;

/** A function that came with the data, as a property of its owner. It gets values and nothing else. */
export function foreignCallable(name: string, work: ForeignFunction, owner: unknown): Callable {
  return new Callable(name, ({ positional, named }) => {
    if (named.length > 0) throw new ExpressionError(`${name}() takes no arguments by name`);
    const args = positional.map(present);
    return answered(name, () => Reflect.apply(work, owner, args) ?? null);
  });
}

function answered(name: string, call: () => unknown): Operand {
  let answer: unknown;
  try {
    answer = call();
  } catch (thrown) {
    throw callFault(name, thrown);
  }
  if (!(answer instanceof Promise)) return checkedAnswer(name, answer);
  // Nobody will look at the answer, also not when it is a fault.
  answer.catch(() => undefined);
  throw new ExpressionError(`${name}() needs time, which there is not here`);
}
