// What a filter is, and how it takes its arguments.
import { ExpressionError } from "../../expression/expression-error.ts";
import { bindArguments, type Given, type Signature } from "../../expression/function-definition.ts";
import { numberOf, type Operand, present, typeName, type Value } from "../../expression/value.ts";
import { takeText, type Work } from "../../expression/work.ts";
import type { TemplateRun } from "../frame.ts";
import { escapeHtml, isMarked, marked, printedText, unmarked } from "../text.ts";

/** What filters need beside their operand and arguments. */
export interface Tools {
  readonly run: TemplateRun;
  readonly work: Work;
  /** Applies another filter. */
  filter(name: string, value: Operand, given: Given<Operand>): Operand;
  test(name: string, operands: readonly Operand[]): boolean;
}

export type ApplyFilter = (value: Operand, given: Given<Operand>, tools: Tools) => Operand;
export type FilterEntry = readonly [string, ApplyFilter];

/** Parameters by name with what stands for those that are not given; `needed` for those that have to be. */
export const needed = Symbol("needed");
export type Defaults = Readonly<Record<string, Value | typeof needed>>;

type Apply = (value: Operand, args: readonly Value[], tools: Tools) => Operand;

/** A filter with parameters. Its operand may be marked or undefined; its arguments are neither. */
export function filterOf(name: string, defaults: Defaults, apply: Apply): FilterEntry {
  const parameters = Object.entries(defaults).map(([parameter, fallback]) =>
    fallback === needed ? { name: parameter } : { name: parameter, fallback },
  );
  const signature: Signature & { readonly name: string } = { name, parameters };
  return [
    name,
    (value, given, tools) => {
      const args = bindArguments<Operand>(signature, given, (fallback) => fallback);
      return apply(
        value,
        args.map((argument) => present(unmarked(argument))),
        tools,
      );
    },
  ];
}

/**
 * A filter of a text: numbers and all else are taken as they are printed. Of marked text it makes marked text; what is
 * put into it is escaped before.
 */
export function textFilter(
  name: string,
  defaults: Defaults,
  apply: (text: string, args: readonly Value[], tools: Tools) => Operand,
): FilterEntry {
  return filterOf(name, defaults, (value, args, tools) => {
    if (!isMarked(value)) return apply(textFrom(value, tools), args, tools);
    const escaped = args.map((argument) => (typeof argument === "string" ? escapeHtml(argument) : argument));
    const result = apply(textFrom(value, tools), escaped, tools);
    return typeof result === "string" ? marked(result) : result;
  });
}

/** An operand as it is printed. */
export function textFrom(value: Operand, { work }: Tools): string {
  const text = printedText(value, work.limits.textLength);
  takeText(work, text.length);
  return text;
}

/** An operand that has to be a number. */
export function numberFrom(value: Operand | undefined): number {
  const number = numberOf(present(value ?? null));
  if (number === undefined) throw new ExpressionError(`a number is needed, not ${typeName(value ?? null)}`);
  return number;
}
