// The words and signs of an expression's text, and where they stand.

interface Place {
  /** From 0, in the original text. */
  readonly at: number;
  /** As it is written; of a text with its quotes. */
  readonly text: string;
}

export type Token =
  | (Place & { readonly kind: "number"; readonly value: number })
  | (Place & { readonly kind: "string"; readonly value: string })
  | (Place & { readonly kind: "name" | "symbol" | "end" })
  | PlaceholderToken;

export interface PlaceholderToken extends Place {
  readonly kind: "placeholder";
  /** What stands between the braces, before `||`. */
  readonly name: string;
  readonly form: PlaceholderForm;
  /** What stands after `||`, with an end token; undefined when nothing does. */
  readonly fallback: readonly Token[] | undefined;
}

/** `{{name}}` is double, `{name}` single. */
export type PlaceholderForm = "single" | "double";

/** Which of the two languages is read: they differ in a few signs. */
export type Dialect = "expression" | "template";

/** A stretch of text to read. */
export interface Stretch {
  readonly text: string;
  readonly from: number;
  /** Signs that end it where no bracket is open; without them it ends with the text. */
  readonly closers?: readonly string[];
  /** Placeholders around this one. */
  readonly depth?: number;
}

export interface Tokens {
  /** The last one is the end. */
  readonly tokens: readonly Token[];
  /** The place of the closer, or the length of the text. */
  readonly end: number;
}
