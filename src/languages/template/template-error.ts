// The one way in which a template refuses: which template, which line, what is wrong.
import { reasonOf } from "../../kernel/errors.ts";
import { ExpressionError } from "../expression/expression-error.ts";

/** A template cannot be read or filled. Its message is `name:line: reason`. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
  readonly template: string;
  /** From 1. */
  readonly line: number;
  readonly reason: string;

  constructor(
    reason: string,
    { template, line, cause }: { template: string; line: number; cause?: unknown },
  ) {
    super(`${template}:${line}: ${reason}`, { cause });
    this.template = template;
    this.line = line;
    this.reason = reason;
  }
}

interface Place {
  readonly template: string;
  readonly line: number;
}

/** Any fault of filling a template as one of a line; the innermost line stays. */
export function faultAt(thrown: unknown, place: Place): TemplateError {
  if (thrown instanceof TemplateError) return thrown;
  const reason = thrown instanceof ExpressionError ? thrown.reason : reasonOf(thrown);
  return new TemplateError(thrown instanceof RangeError ? "nested too deeply" : reason, {
    ...place,
    cause: thrown,
  });
}
