// What may stand at one place, in words: "a whole number from 1 to 1024", "one of "auto", "node"".
import { maskedCredentials } from "../kernel/masked-credentials.ts";
import type { JsonSchema, Spot } from "./schema-tree.ts";
import type { Tree } from "./tree.ts";

const longestFound = 60;

/** Every alternative, joined by "or". */
export function expectedAt({ variants }: Spot): string {
  const words = [...new Set(variants.map(wordsOf))];
  return words.length === 0 ? "another value" : words.join(" or ");
}

/** What was written; texts in quotes and cut. */
export function foundWords(tree: Tree): string {
  if (tree.kind === "list") return tree.items.length === 0 ? "an empty list" : "a list";
  if (tree.kind === "mapping") return "a mapping";
  if (tree.value === null) return "nothing";
  if (typeof tree.value !== "string") return String(tree.value);
  const value = maskedCredentials(tree.value);
  return JSON.stringify(value.length > longestFound ? `${value.slice(0, longestFound)}…` : value);
}

function wordsOf(schema: JsonSchema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return oneOf(schema.enum);
  switch (schema.type) {
    case "integer":
      return `a whole number${range(schema)}`;
    case "number":
      return `a number${range(schema)}`;
    case "boolean":
      return "true or false";
    case "null":
      return "null";
    case "array":
      return "a list";
    case "object":
      return "a mapping";
    case "string":
      return textWords(schema);
    default:
      return "another value";
  }
}

/** `one of "a", "b"`. */
export function oneOf(values: readonly unknown[]): string {
  const shown = values.map((value) => JSON.stringify(value)).join(", ");
  return values.length === 1 ? shown : `one of ${shown}`;
}

function textWords({ path, examples, format, pattern }: JsonSchema): string {
  if (path === true) return "a path";
  if (examples !== undefined && examples.length > 0) return `a text such as ${examples.join(" or ")}`;
  if (format !== undefined) return `a text of the form "${format}"`;
  return pattern === undefined ? "a text" : `a text that matches ${pattern}`;
}

function range(schema: JsonSchema): string {
  const from = bound(schema.minimum);
  const to = bound(schema.maximum);
  const words = [];
  if (from !== undefined && to !== undefined) words.push(`from ${from} to ${to}`);
  else if (from !== undefined) words.push(`of at least ${from}`);
  else if (to !== undefined) words.push(`of at most ${to}`);
  if (schema.exclusiveMinimum !== undefined) words.push(`above ${schema.exclusiveMinimum}`);
  if (schema.exclusiveMaximum !== undefined) words.push(`below ${schema.exclusiveMaximum}`);
  if (schema.multipleOf !== undefined) words.push(`that is a multiple of ${schema.multipleOf}`);
  return words.map((word) => ` ${word}`).join("");
}

/** zod writes the limits of exact integers as bounds; nobody set them. */
function bound(limit: number | undefined): number | undefined {
  return limit === undefined || Math.abs(limit) === Number.MAX_SAFE_INTEGER ? undefined : limit;
}
