// What a target of Graphite says, as a tree.

/** Names of series, with wildcards and braces as they were written; `\` before a character is taken away. */
export interface PathExpression {
  readonly kind: "path";
  readonly at: number;
  readonly text: string;
}

export interface CallExpression {
  readonly kind: "call";
  readonly at: number;
  readonly name: string;
  /** What the call was written as, without what was piped into it. */
  readonly raw: string;
  readonly args: readonly Argument[];
  readonly named: readonly NamedArgument[];
}

/** An expression with `$name` in its paths, and what stands for the names. */
export interface TemplateExpression {
  readonly kind: "template";
  readonly at: number;
  readonly expression: Expression;
  readonly variables: ReadonlyMap<string, Literal>;
}

export type Expression = PathExpression | CallExpression | TemplateExpression;

export interface NamedArgument {
  readonly name: string;
  readonly value: Argument;
}

/** `whole`: a number that was written without point and exponent. */
export type Literal =
  | { readonly kind: "number"; readonly at: number; readonly value: number; readonly whole: boolean }
  | { readonly kind: "string"; readonly at: number; readonly value: string }
  | { readonly kind: "boolean"; readonly at: number; readonly value: boolean }
  | { readonly kind: "none"; readonly at: number };

export type Argument = Expression | Literal;
