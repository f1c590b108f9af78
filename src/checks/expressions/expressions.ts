// Compiles what operators write, binds it to this host, and evaluates it within its limits.
import type { Clock } from "../../kernel/clock.ts";
import { linkedAbort } from "../../kernel/linked-abort.ts";
import {
  builtInFunctions,
  compileExpression,
  type Expression,
  ExpressionError,
  type FunctionDefinition,
  functionsByName,
  isTrue,
  pythonText,
  type Value,
  type Work,
} from "../../languages/expression/index.ts";
import { type FunctionHost, systemFunctions } from "../functions/index.ts";
import { bindPlaceholder, type Readings, type Scope, type Surroundings } from "./scope.ts";

export interface ExpressionsNeeds {
  readonly clock: Pick<Clock, "monotonicMs" | "after">;
  readonly readings: Readings;
  readonly host: Omit<FunctionHost, "signal">;
}

/** An object's expression, bound to everything but the data. */
export interface BoundExpression {
  readonly text: string;
  /** Collectors that it asks. */
  readonly asked: ReadonlySet<string>;
  readonly expression: Expression<Scope>;
}

/** Values of an object's own `variables`, and when waiting ends. */
export interface Evaluation {
  readonly variables: readonly Value[];
  readonly signal: AbortSignal | undefined;
}

/** How long after the start collectors may still be about to run for the first time. */
const settlingMs = 30_000;

/** Functions are given the host, and nothing else of what an expression sees. */
const allFunctions: readonly FunctionDefinition<Scope>[] = [
  ...builtInFunctions({ random: Math.random }),
  ...systemFunctions.map((definition) => ({
    ...definition,
    call: (args: readonly Value[], { host }: Scope, work: Work) => definition.call(args, host, work),
  })),
];
const byName = functionsByName(allFunctions);

const plain: Surroundings = { configuration: [], parameters: undefined, variables: [] };
const nothing: Evaluation = { variables: [], signal: undefined };

export class Expressions {
  readonly #needs: ExpressionsNeeds;
  readonly #startedMs: number;

  constructor(needs: ExpressionsNeeds) {
    this.#needs = needs;
    this.#startedMs = needs.clock.monotonicMs();
  }

  get functions(): readonly FunctionDefinition<Scope>[] {
    return allFunctions;
  }

  /** Throws `ExpressionError` with the column. */
  compile(text: string, surroundings: Surroundings = plain): BoundExpression {
    const asked = new Set<string>();
    const expression = compileExpression<Scope>(text, {
      functions: byName,
      singlePrefixes: ["collector.", "configuration."],
      placeholder: (name) => bindPlaceholder(name, surroundings, asked),
    });
    return { text, asked, expression };
  }

  /** A promise only where something has to be waited for. Throws and rejects with `ExpressionError`. */
  evaluate(bound: BoundExpression, { variables, signal }: Evaluation = nothing): Value | Promise<Value> {
    const { readings, host } = this.#needs;
    return bound.expression.evaluateLater({ readings, host: { ...host, signal }, variables }, signal);
  }

  /** One of the collectors that are asked has no reading. */
  isLacking(asked: Iterable<string>): boolean {
    for (const collector of asked) if (this.#needs.readings.of(collector) === undefined) return true;
    return false;
  }

  /** Runs with a signal that says stop after `deadlineMs`, or with `signal`. A promise only where `run` gives one. */
  within<Result>(
    deadlineMs: number,
    signal: AbortSignal,
    run: (signal: AbortSignal) => Result | Promise<Result>,
  ): Result | Promise<Result> {
    const ending = linkedAbort(signal, { clock: this.#needs.clock, afterMs: deadlineMs });
    let result: Result | Promise<Result> | undefined;
    try {
      result = run(ending.signal);
    } finally {
      if (!(result instanceof Promise)) ending.release();
    }
    return result instanceof Promise ? result.finally(() => ending.release()) : (result as Result);
  }

  /** A collector that is asked has not run yet, and may soon. */
  isEarly(asked: Iterable<string>): boolean {
    if (this.#needs.clock.monotonicMs() - this.#startedMs > settlingMs) return false;
    for (const collector of asked) if (!this.#needs.readings.isSettled(collector)) return true;
    return false;
  }
}

export { ExpressionError, isTrue, pythonText };
