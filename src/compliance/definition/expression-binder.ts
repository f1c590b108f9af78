// Compiles the expressions of one object; the first that cannot be read costs the object.
import type { ObjectDefinition, PackSet, Path } from "../../config/index.ts";
import { ExpressionError } from "../../languages/expression/index.ts";
import type { Bound, ComplianceExpressions } from "./plan.ts";

/** Why an object cannot be used: one line with its place. */
export class UnusableObject extends Error {
  override readonly name = "UnusableObject";
}

/** What is wrong at a place of an object. */
export function unusable(definition: ObjectDefinition, path: Path, text: string): UnusableObject {
  const key = path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("");
  const named = key === "" ? "" : `${key.replace(/^\./, "")}: `;
  return new UnusableObject(`${definition.placeOf(path)}: ${definition.label}: ${named}${text}`);
}

export interface BinderNeeds {
  readonly packs: Pick<PackSet, "objects" | "parametersOf" | "globals">;
  readonly expressions: ComplianceExpressions;
}

export interface ExpressionText {
  readonly text: string;
  /** Where it stands in the body. */
  readonly path: Path;
  /** Names of the variables that it may use. */
  readonly variables: readonly string[];
}

/** Throws `UnusableObject`. */
export type Bind = (expression: ExpressionText) => Bound;

export function binderFor(
  definition: ObjectDefinition,
  written: unknown,
  { packs, expressions }: BinderNeeds,
): Bind {
  const parameters = definition.pack === undefined ? {} : packs.parametersOf(definition.pack);
  const configuration = [written, packs.globals];
  return ({ text, path, variables }) => {
    try {
      const bound = expressions.compile(text, { configuration, parameters, variables });
      return {
        asked: bound.asked,
        evaluate: async (values, signal) => await expressions.evaluate(bound, { variables: values, signal }),
      };
    } catch (thrown) {
      if (!(thrown instanceof ExpressionError)) throw thrown;
      throw unusable(definition, path, thrown.message);
    }
  };
}
