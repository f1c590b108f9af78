// One fault that the schema found, in words: what it expected, or the schema's own sentence.
import type * as z from "zod";
import { expectedAt, oneOf } from "./expected.ts";
import type { Spot } from "./schema-tree.ts";

type Issue = z.core.$ZodIssue;

/** What was expected ("a whole number from 1 to 65535"), or a sentence that stands for itself. */
export type Phrase = { readonly expected: string } | { readonly sentence: string };

export interface Reading {
  /** Where the issue's path leads. */
  readonly spot: Spot;
  /** False of a sentence in which a secret stands: a schema's author may have repeated the value. */
  readonly mayBeShown: (sentence: string) => boolean;
}

/** The words for one issue; the values that were written do not stand in them. */
export function phraseOf(issue: Issue, reading: Reading): Phrase {
  const { spot, mayBeShown } = reading;
  if (!isZodsOwn(issue.message) && mayBeShown(issue.message)) return phraseOfMessage(issue.message);
  switch (issue.code) {
    case "too_small":
      return {
        expected:
          limitWords(issue.origin, issue.minimum, issue.inclusive === false ? "more than" : "at least") ??
          expectedAt(spot),
      };
    case "too_big":
      return {
        expected:
          limitWords(issue.origin, issue.maximum, issue.inclusive === false ? "less than" : "at most") ??
          expectedAt(spot),
      };
    case "invalid_value":
      return { expected: oneOf(issue.values) };
    case "invalid_union":
      return { expected: unionWords(issue, reading) };
    case "invalid_key":
    case "invalid_element":
      return first(issue.issues, reading);
    default:
      return { expected: expectedAt(spot) };
  }
}

/** "expected a, found b" and "expected a or b" are put together from the message's rest. */
function phraseOfMessage(message: string): Phrase {
  const expected = /^expected (.+)$/s.exec(message)?.[1];
  return expected === undefined ? { sentence: message } : { expected };
}

function isZodsOwn(message: string): boolean {
  return /^(Invalid|Too (small|big)|Unrecognized)\b/.test(message);
}

function first(issues: readonly Issue[], reading: Reading): Phrase {
  const [issue] = issues;
  return issue === undefined ? { expected: expectedAt(reading.spot) } : phraseOf(issue, reading);
}

/** Numbers are told by their schema, which knows both ends. */
function limitWords(origin: string, limit: number | bigint, comparison: string): string | undefined {
  const unit = { string: "character", array: "item", set: "item", map: "entry", object: "key" }[origin];
  if (unit === undefined) return undefined;
  if (origin === "string" && comparison === "at least" && Number(limit) === 1)
    return "a text that is not empty";
  const plural = Number(limit) === 1 ? unit : unit.replace(/y$/, "ie").concat("s");
  return `${comparison} ${limit} ${plural}`;
}

/** Each alternative by its own first fault at the top, where the schema's sentence says more than its type. */
function unionWords({ errors }: z.core.$ZodIssueInvalidUnion, { spot, mayBeShown }: Reading): string {
  const { root, variants } = spot;
  if (errors.length !== variants.length) return expectedAt(spot);
  const words = errors.map((branch, at) => {
    const own = { root, variants: variants.slice(at, at + 1) };
    const top = branch.find(({ path }) => path.length === 0);
    const phrase = top && phraseOf(top, { spot: own, mayBeShown });
    return phrase !== undefined && "expected" in phrase ? phrase.expected : expectedAt(own);
  });
  return [...new Set(words)].join(" or ");
}
