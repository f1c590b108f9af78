// Calls a function while an expression is evaluated; one that needs time stops the evaluation until it answered.
import { reasonOf } from "../../kernel/errors.ts";
import { valuesOf } from "./compile-values.ts";
import { ExpressionError } from "./expression-error.ts";
import type { FunctionDefinition } from "./function-definition.ts";
import type { Run, Step, Waiting } from "./step.ts";
import { isValue, type Operand, typeName, type Value } from "./value.ts";

/** Thrown through an evaluation that has to wait; what it waits for is noted in the run. */
export const hasToWait = new Error("the evaluation has to wait");

interface Call<Scope> {
  readonly definition: FunctionDefinition<Scope>;
  readonly steps: readonly Step<Scope>[];
  /** In the memory of evaluations. */
  readonly place: number;
}

export function callStep<Scope>({ definition, steps, place }: Call<Scope>): Step<Scope> {
  const { name } = definition;
  return (run) => {
    const known = run.memory?.[place];
    if (known !== undefined) return known;
    const answer = called(definition, valuesOf(steps, run), run);
    if (answer instanceof Promise) throw waitFor({ place, name, answer }, run);
    const value = checkedAnswer(name, answer);
    if (run.memory !== undefined) run.memory[place] = value;
    return value;
  };
}

function called<Scope>(
  definition: FunctionDefinition<Scope>,
  args: readonly Value[],
  { scope, work }: Run<Scope>,
): Value | Promise<Value> {
  try {
    return definition.call(args, scope, work);
  } catch (thrown) {
    throw callFault(definition.name, thrown);
  }
}

function waitFor<Scope>(waiting: Waiting, run: Run<Scope>): Error {
  if (run.memory !== undefined) {
    run.waiting = waiting;
    return hasToWait;
  }
  // Nobody will look at the answer, also not when it is a fault.
  waiting.answer.catch(() => undefined);
  return new ExpressionError(`${waiting.name}() needs time, which there is not here`);
}

/** The answer of a function. Throws when it is no value. */
export function checkedAnswer(name: string, answer: unknown): Operand {
  if (isValue(answer)) return answer;
  throw new ExpressionError(`${name}() answers with ${typeName(answer)}, which is no value`);
}

/** What a function threw, as a sentence with its name. */
export function callFault(name: string, cause: unknown): ExpressionError {
  if (cause instanceof ExpressionError)
    return new ExpressionError(`${name}(): ${cause.reason}`, { missing: cause.missing, cause });
  return new ExpressionError(`${name}(): ${reasonOf(cause)}`, { cause });
}
