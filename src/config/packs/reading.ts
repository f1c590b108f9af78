// What one reading of packs and local files collects and is bounded by.
import { ownRules, type TrustRules } from "../../kernel/trusted-path.ts";
import type { Problem } from "../problem.ts";
import { placeOutside } from "../tree.ts";

/** Files and directories that one load looks at. */
export const maxFiles = 10_000;

/** Shared by all directories of one load. */
export interface Budget {
  filesLeft: number;
}

export interface Reading {
  readonly problems: Problem[];
  readonly budget: Budget;
  /** Who may have changed what is read. */
  readonly rules: TrustRules;
}

export function newReading(): Reading {
  return { problems: [], budget: { filesLeft: maxFiles }, rules: ownRules() };
}

/** The same budget, problems of its own: for what is read but not in force. */
export function apart(reading: Reading): Reading {
  return { ...reading, problems: [] };
}

/** A problem with a whole file or directory. */
export function problemAt(path: string, text: string): Problem {
  return { place: placeOutside(path, path), path: [], text };
}

/** The same where nothing is lost that was promised. */
export function warningAt(path: string, text: string): Problem {
  return { ...problemAt(path, text), severity: "warning" };
}
