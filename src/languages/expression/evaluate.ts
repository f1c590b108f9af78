// Evaluates what was compiled, at once or with waiting in between.
import { callFault, checkedAnswer, hasToWait } from "./call-step.ts";
import { ExpressionError } from "./expression-error.ts";
import type { Run, Step, Waiting } from "./step.ts";
import { Missing, type Operand, type Value } from "./value.ts";
import { type Limits, startWork } from "./work.ts";

export function evaluateNow<Scope>(step: Step<Scope>, scope: Scope, limits: Limits): Value {
  return settled(step({ scope, work: startWork(limits), memory: undefined, waiting: undefined }));
}

/** As a whole, missing data is the empty text (contract 2.1). */
function settled(operand: Operand): Value {
  return operand instanceof Missing ? "" : operand;
}

interface Evaluation<Scope> {
  readonly step: Step<Scope>;
  readonly scope: Scope;
  readonly limits: Limits;
}

export function evaluateLater<Scope>(
  { step, scope, limits }: Evaluation<Scope>,
  signal: AbortSignal | undefined,
): Value | Promise<Value> {
  const run: Run<Scope> = { scope, work: startWork(limits), memory: [], waiting: undefined };
  const value = attempt(step, run);
  return value === undefined ? carryOn(step, run, signal) : value;
}

/** The value, or undefined when the run has to wait. */
function attempt<Scope>(step: Step<Scope>, run: Run<Scope>): Value | undefined {
  try {
    return settled(step(run));
  } catch (thrown) {
    if (thrown === hasToWait) return undefined;
    throw thrown;
  }
}

async function carryOn<Scope>(
  step: Step<Scope>,
  run: Run<Scope>,
  signal: AbortSignal | undefined,
): Promise<Value> {
  for (;;) {
    const { waiting, memory } = run;
    if (waiting === undefined || memory === undefined) throw new Error("an evaluation waits for nothing");
    run.waiting = undefined;
    memory[waiting.place] = await answerOf(waiting, signal);
    const value = attempt(step, run);
    if (value !== undefined) return value;
  }
}

async function answerOf({ name, answer }: Waiting, signal: AbortSignal | undefined): Promise<Operand> {
  const outcome = answer.then(
    (value) => checkedAnswer(name, value),
    (thrown: unknown) => Promise.reject(callFault(name, thrown)),
  );
  if (signal === undefined) return await outcome;
  const late = lateness(name, signal);
  try {
    return await Promise.race([outcome, late.rejection]);
  } finally {
    late.forget();
  }
}

interface Lateness {
  /** Rejects when the signal says so. */
  readonly rejection: Promise<never>;
  forget(): void;
}

function lateness(name: string, signal: AbortSignal): Lateness {
  const { promise, reject } = deferred();
  const stop = () =>
    reject(new ExpressionError(`${name}() has not answered in time`, { cause: signal.reason }));
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  return { rejection: promise, forget: () => signal.removeEventListener("abort", stop) };
}

function deferred(): { promise: Promise<never>; reject: (error: Error) => void } {
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<never>((_resolve, refuse) => {
    reject = refuse;
  });
  return { promise, reject };
}
