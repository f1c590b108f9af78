// What templates write: values as text, escaped where that is asked for.

import { itemsOf } from "../expression/sequence.ts";
import type { Value } from "../expression/value.ts";
import { MarkedText, Missing, type Operand, present } from "../expression/value.ts";
import { pythonText } from "../expression/value-text.ts";
import type { Work } from "../expression/work.ts";
import { Callable, Namespace } from "./callable.ts";

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  "'": "&#39;",
  '"': "&#34;",
};

export function escapeHtml(text: string): string {
  return text.replace(/[&<>'"]/g, (sign) => entities[sign] ?? sign);
}

/** Marked text as an operand: expressions hand it around. */
export function marked(text: string): Operand {
  return new MarkedText(text) as unknown as Operand;
}

export function isMarked(operand: unknown): operand is MarkedText {
  return operand instanceof MarkedText;
}

/** The operand without its mark. */
export function unmarked(operand: Operand): Operand {
  return isMarked(operand) ? operand.text : operand;
}

/** As it is printed; what is undefined is nothing. `limit` is in characters. */
export function printedText(operand: Operand, limit: number): string {
  if (typeof operand === "string") return operand;
  if (isMarked(operand)) return operand.text;
  if (operand instanceof Missing) return "";
  const special: unknown = operand;
  if (special instanceof Callable) return `<${special.name}>`;
  return special instanceof Namespace ? "<namespace>" : pythonText(operand, limit);
}

/** All items in order; what is undefined has none. */
export function itemsFrom(operand: Operand, work: Work): readonly Value[] {
  return operand instanceof Missing ? [] : itemsOf(present(unmarked(operand)), work);
}
