// A rule check: critical, else warning, else ok, each with its text (contract opsbro §5.2).
import { reasonOf } from "../../kernel/errors.ts";
import type { Value } from "../../languages/expression/index.ts";
import type { BoundExpression, Expressions } from "../expressions/expressions.ts";
import { ExpressionError, isTrue, pythonText } from "../expressions/expressions.ts";
import type { Surroundings } from "../expressions/scope.ts";
import type { Verdict } from "../running/check-plan.ts";
import type { CheckBody } from "./check-schema.ts";

type Part = "critical_if" | "critical_output" | "warning_if" | "warning_output" | "ok_output";

/** The compiled parts; those that were not given are missing. */
interface Rule {
  readonly parts: ReadonlyMap<Part, BoundExpression>;
  readonly variables: readonly { readonly name: string; readonly bound: BoundExpression }[];
  readonly asked: ReadonlySet<string>;
}

const partNames: readonly Part[] = [
  "critical_if",
  "critical_output",
  "warning_if",
  "warning_output",
  "ok_output",
];

/** Which key could not be read, and why. */
export interface RuleFault {
  readonly key: string;
  readonly reason: string;
}

/** Compiles every part; the first one that cannot be read is told. */
export function compileRule(
  body: CheckBody,
  surroundings: Omit<Surroundings, "variables">,
  expressions: Expressions,
): Rule | RuleFault {
  const parts = new Map<Part, BoundExpression>();
  const variables: { name: string; bound: BoundExpression }[] = [];
  const asked = new Set<string>();
  const compile = (text: string, names: readonly string[]) => {
    const bound = expressions.compile(text, { ...surroundings, variables: names });
    for (const collector of bound.asked) asked.add(collector);
    return bound;
  };
  let key = "";
  try {
    // A variable may use those before it.
    for (const [name, text] of Object.entries(body.variables)) {
      key = `variables.${name}`;
      const before = variables.map((one) => one.name);
      variables.push({ name, bound: compile(text, before) });
    }
    const names = variables.map(({ name }) => name);
    for (const part of partNames) {
      key = part;
      if (body[part].trim() !== "") parts.set(part, compile(body[part], names));
    }
  } catch (thrown) {
    if (!(thrown instanceof ExpressionError)) throw thrown;
    return { key, reason: thrown.message };
  }
  return { parts, variables, asked };
}

/** Judges with the data of now. Never rejects; waits only where a function has to, `deadlineMs` in all. */
export function runRule(
  rule: Rule,
  expressions: Expressions,
  deadlineMs: number,
): (signal: AbortSignal) => Verdict | Promise<Verdict> {
  const all = [...rule.parts.values(), ...rule.variables.map(({ bound }) => bound)];
  // Only functions have to be waited for: most rules are judged at once, and nothing is made to end them.
  const needsTime = all.some(({ expression }) => expression.calls.size > 0);
  return (signal) => {
    if (expressions.isEarly(rule.asked)) return { state: "pending", output: "", perfdata: "" };
    if (!needsTime) return new Judging(rule, expressions, signal).run();
    return expressions.within<Verdict>(deadlineMs, signal, (ending) =>
      new Judging(rule, expressions, ending).run(),
    );
  };
}

/** One run over a rule. `asking` is the part that is evaluated, for whoever must be told that it failed. */
class Judging {
  readonly #rule: Rule;
  readonly #expressions: Expressions;
  readonly #signal: AbortSignal;
  #variables: Value[] = [];
  #asking = "";

  constructor(rule: Rule, expressions: Expressions, signal: AbortSignal) {
    this.#rule = rule;
    this.#expressions = expressions;
    this.#signal = signal;
  }

  /** Without a promise as long as nothing has to be waited for. */
  run(): Verdict | Promise<Verdict> {
    const steps = this.#steps();
    const go = (given?: Value): Verdict | Promise<Verdict> => {
      try {
        for (let step = steps.next(given); ; step = steps.next(step.value as Value)) {
          if (step.done) return step.value;
          if (step.value instanceof Promise) return step.value.then(go, (thrown) => this.#failed(thrown));
        }
      } catch (thrown) {
        return this.#failed(thrown);
      }
    };
    return go();
  }

  *#steps(): Generator<Value | Promise<Value>, Verdict, Value | undefined> {
    for (const { name, bound } of this.#rule.variables) {
      this.#asking = `variables.${name}`;
      this.#variables = [...this.#variables, (yield this.#evaluate(bound)) ?? null];
    }
    for (const state of ["critical", "warning"] as const) {
      const condition = this.#rule.parts.get(this.#ask(`${state}_if`));
      if (condition === undefined || !isTrue(yield this.#evaluate(condition))) continue;
      return yield* this.#verdict(state, `${state}_output`);
    }
    return yield* this.#verdict("ok", "ok_output");
  }

  *#verdict(
    state: "ok" | "warning" | "critical",
    part: Part,
  ): Generator<Value | Promise<Value>, Verdict, Value | undefined> {
    const bound = this.#rule.parts.get(this.#ask(part));
    if (bound === undefined) return { state, output: "", perfdata: "" };
    const output = pythonText((yield this.#evaluate(bound)) ?? null);
    return { state, output, perfdata: "" };
  }

  #ask(part: Part): Part {
    this.#asking = part;
    return part;
  }

  #evaluate(bound: BoundExpression): Value | Promise<Value> {
    return this.#expressions.evaluate(bound, { variables: this.#variables, signal: this.#signal });
  }

  /** What cannot be said is unknown, never an alert. */
  #failed(thrown: unknown): Verdict {
    return { state: "unknown", output: `${this.#asking}: ${reasonOf(thrown)}`, perfdata: "" };
  }
}
