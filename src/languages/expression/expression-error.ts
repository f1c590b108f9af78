// The one way in which an expression refuses: what is wrong, and where it is known which column or which data.

interface Details {
  /** Place in the original text, from 0; shown and kept as a column from 1. */
  readonly at?: number | undefined;
  /** The name of data that is not there: callers say "unknown" instead of "failed". */
  readonly missing?: string | undefined;
  readonly cause?: unknown;
}

/** An expression cannot be read or evaluated. `reason` is the sentence without the column. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  readonly reason: string;
  /** From 1, of the text that was compiled; undefined for faults of evaluating. */
  readonly column: number | undefined;
  readonly missing: string | undefined;

  constructor(reason: string, { at, missing, cause }: Details = {}) {
    super(at === undefined ? reason : `${reason} (column ${at + 1})`, { cause });
    this.reason = reason;
    this.column = at === undefined ? undefined : at + 1;
    this.missing = missing;
  }
}

/** A piece of somebody's text in a message: short, in quotes. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
