// What one evaluation may cost: steps, the length of texts and of lists.
import { ExpressionError } from "./expression-error.ts";

export interface Limits {
  /** Characters of the text of an expression. */
  readonly sourceLength: number;
  /** Nested brackets and operators, and levels of nested data. */
  readonly depth: number;
  /** Roughly: items that are looked at; 64 characters of a text are one. */
  readonly steps: number;
  /** Characters of a text that is made. */
  readonly textLength: number;
  /** Items of a list that is made. */
  readonly listLength: number;
}

export const standardLimits: Limits = {
  sourceLength: 65_536,
  depth: 200,
  steps: 100_000,
  textLength: 1_048_576,
  listLength: 100_000,
};

/** What is left of one evaluation. */
export interface Work {
  stepsLeft: number;
  readonly limits: Limits;
}

export function startWork(limits: Limits): Work {
  return { stepsLeft: limits.steps, limits };
}

/** Counts steps; throws when there were too many. */
export function spend(work: Work, steps: number): void {
  work.stepsLeft -= steps;
  if (work.stepsLeft >= 0) return;
  throw new ExpressionError(`takes more than ${work.limits.steps} steps`);
}

const charactersOfAStep = 64;

/** Counts a text before it is made, by its length in characters. */
export function takeText(work: Work, length: number): void {
  if (!(length <= work.limits.textLength)) {
    throw new ExpressionError(`makes a text of more than ${work.limits.textLength} characters`);
  }
  if (length >= charactersOfAStep) spend(work, Math.floor(length / charactersOfAStep));
}

/** Counts a list before it is made, by its number of items. */
export function takeList(work: Work, count: number): void {
  if (!(count <= work.limits.listLength)) {
    throw new ExpressionError(`makes a list of more than ${work.limits.listLength} items`);
  }
  spend(work, count);
}

/** Counts a search in a text: at worst it compares every place with the whole of what is searched. */
export function takeSearch(work: Work, text: string, part: string): void {
  const places = text.length / charactersOfAStep;
  if (places >= 1) spend(work, Math.floor(places + places * (part.length / charactersOfAStep)));
}
