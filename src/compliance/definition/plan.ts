// A compliance or an installer that can be looked at: everything that could be checked beforehand has been.
import type { Value } from "../../languages/expression/index.ts";
import type { Look } from "../drivers/driver.ts";

/** What an object brings for its placeholders (contract opsbro §2.1). */
interface Surroundings {
  readonly configuration: readonly unknown[];
  readonly parameters: Readonly<Record<string, unknown>> | undefined;
  readonly variables: readonly string[];
}

interface BoundExpression {
  readonly text: string;
  /** Collectors that it asks. */
  readonly asked: ReadonlySet<string>;
}

/** Expressions of this host, as the checks have them. */
export interface ComplianceExpressions {
  /** Throws `ExpressionError` with the column. */
  compile(text: string, surroundings: Surroundings): BoundExpression;
  /** Throws and rejects with `ExpressionError`. */
  evaluate(
    bound: BoundExpression,
    evaluation: { readonly variables: readonly Value[]; readonly signal: AbortSignal | undefined },
  ): Value | Promise<Value>;
  /** A collector that is asked has not run yet, and may soon. */
  isEarly(asked: Iterable<string>): boolean;
}

/** An expression with all that it needs but the variables of its rule. */
export interface Bound {
  readonly asked: ReadonlySet<string>;
  /** Rejects with `ExpressionError`. */
  readonly evaluate: (variables: readonly Value[], signal: AbortSignal) => Promise<Value>;
}

interface EnvironmentPlan {
  readonly name: string;
  /** Undefined: always. */
  readonly condition: Bound | undefined;
  readonly look: Look;
  /** For a shell, after something was mended. */
  readonly postCommands: readonly string[];
}

export interface RulePlan {
  readonly name: string;
  readonly type: string;
  readonly variables: readonly { readonly name: string; readonly bound: Bound }[];
  /** The first that fits is used. */
  readonly environments: readonly EnvironmentPlan[];
}

export interface CompliancePlan {
  readonly id: string;
  readonly name: string;
  readonly kind: "compliance" | "installor";
  readonly mode: "audit" | "enforcing";
  /** False: this host's operator has not allowed that it changes anything. */
  readonly mayAct: boolean;
  readonly packName: string;
  readonly packLevel: string;
  /** Where it was written: file, line and column. */
  readonly place: string;
  readonly notes: string;
  readonly everyMs: number;
  readonly verifyIf: Bound;
  readonly rules: readonly RulePlan[];
}
