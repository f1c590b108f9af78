// Expressions that operators write in checks, detectors and generators: compiled once, evaluated often.
import { type ExpressionNeeds, expressionCompiler, type Uses } from "./compile-expression.ts";
import { evaluateLater, evaluateNow } from "./evaluate.ts";
import { parseExpression } from "./parse.ts";
import type { Value } from "./value.ts";
import { type Limits, standardLimits } from "./work.ts";

export interface CompileOptions<Scope> extends ExpressionNeeds<Scope> {
  /**
   * What the content of a placeholder in single braces starts with, such as `collector.`; other braces hold dicts and
   * sets. Without it there are none.
   */
  readonly singlePrefixes?: readonly string[];
  readonly limits?: Partial<Limits>;
}

export interface Expression<Scope> {
  readonly text: string;
  /** The value now. Throws ExpressionError, also when a function needs time. Missing data as a whole is `""`. */
  evaluate(scope: Scope): Value;
  /**
   * The value, or a promise of it when a function needs time. Every function is called once and every placeholder is
   * read once, however often the evaluation has to wait. Rejects when the signal says so before an answer is there.
   */
  evaluateLater(scope: Scope, signal?: AbortSignal): Value | Promise<Value>;
  /** Names of the functions that it calls; what a constant before `and` or `or` rules out is not among them. */
  readonly calls: ReadonlySet<string>;
  /** Placeholders as they are written, without braces and default. */
  readonly placeholders: readonly string[];
}

/**
 * Reads an expression of Python's kind (contract 2). Whole numbers and fractions are one type: exact up to 2**53,
 * printed at their shortest. Throws ExpressionError with the column in the text as it was written.
 */
export function compileExpression<Scope>(text: string, options: CompileOptions<Scope>): Expression<Scope> {
  const limits = { ...standardLimits, ...options.limits };
  const { singlePrefixes = [] } = options;
  const tree = parseExpression(text, { dialect: "expression", limits, singlePrefixes });
  const uses: Uses = { calls: new Set(), placeholders: new Set(), places: 0 };
  const step = expressionCompiler(options, uses).step(tree);
  return {
    text,
    evaluate: (scope) => evaluateNow(step, scope, limits),
    // Only functions need time: without one there is nothing to remember while something is waited for.
    evaluateLater:
      uses.calls.size === 0
        ? (scope) => evaluateNow(step, scope, limits)
        : (scope, signal) => evaluateLater({ step, scope, limits }, signal),
    calls: uses.calls,
    placeholders: [...uses.placeholders],
  };
}
