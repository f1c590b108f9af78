// From what the schema found to a report that a person can act on: place, path, what is wrong, what was expected.
import type * as z from "zod";
import type { Secret } from "./expand.ts";
import { foundWords } from "./expected.ts";
import { suggestion } from "./nearest-key.ts";
import { type Phrase, phraseOf } from "./phrase.ts";
import type { Problem } from "./problem.ts";
import { knownKeys, narrow, type Spot, takesOnlyText } from "./schema-tree.ts";
import { look, nearestPlace, type Subject } from "./subject.ts";
import type { Key, Path, Tree } from "./tree.ts";

type Issue = z.core.$ZodIssue;

/** One problem for each issue, for each unknown key, and for each fault inside the alternative that was meant. */
export function explain(issues: readonly Issue[], subject: Subject): Problem[] {
  return issues.flatMap((issue) => explainIssue(issue, subject));
}

function explainIssue(issue: Issue, subject: Subject): Problem[] {
  if (issue.code === "unrecognized_keys") return unknownKeys(pathOf(issue), issue.keys, subject);
  const meant = issue.code === "invalid_union" ? meantAlternative(issue) : undefined;
  if (meant === undefined) return [explainValue(issue, subject)];
  const inner = meant.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
  return explain(inner, subject);
}

/** The alternative whose kind of value is right, so that its faults lie deeper; the one with the fewest. */
function meantAlternative({ errors }: z.core.$ZodIssueInvalidUnion): Issue[] | undefined {
  const isDeeper = (issue: Issue) => issue.path.length > 0 || issue.code === "unrecognized_keys";
  const deeper = errors.filter((branch) => branch.every(isDeeper));
  return deeper.map((branch) => ({ branch, cost: costOf(branch) })).sort((a, b) => a.cost - b.cost)[0]
    ?.branch;
}

/** A wrong constant, such as the kind of an object, tells that another alternative was meant. */
function costOf(branch: readonly Issue[]): number {
  const isKind = (issue: Issue) =>
    issue.code === "invalid_value" && issue.values.length === 1 && issue.path.length === 1;
  return branch.reduce((cost, issue) => cost + (isKind(issue) ? 100 : 1), 0);
}

function unknownKeys(path: Path, keys: readonly string[], subject: Subject): Problem[] {
  const { tree, spot } = look(subject, path);
  const known = knownKeys(tree === undefined ? spot : narrow(spot, tree));
  return keys.map((key) => {
    const entry = tree?.kind === "mapping" ? tree.entries.get(key) : undefined;
    const text = `unknown key ${JSON.stringify(key)}${suggestion(key, known)}`;
    return { place: entry?.keyPlace ?? nearestPlace(subject.tree, path), path: [...path, key], text };
  });
}

function explainValue(issue: Issue, subject: Subject): Problem {
  const path = pathOf(issue);
  const { tree, spot, hidden, keyPlace } = look(subject, path);
  const phrase = phraseOf(issue, {
    spot,
    mayBeShown: (sentence) => !repeatsSecret(sentence, path, subject.secrets),
  });
  if (issue.code === "invalid_key") {
    const text = `the name ${JSON.stringify(path.at(-1))} does not fit: ${phraseText(phrase)}`;
    return { place: keyPlace ?? nearestPlace(subject.tree, path), path, text };
  }
  if (tree === undefined) return missing(phrase, path, subject);
  const found = hidden && tree.kind === "leaf" ? "a value that is not shown" : foundWords(tree);
  const text =
    "sentence" in phrase ? phrase.sentence : `${phraseText(phrase)}, found ${found}${hint(tree, spot)}`;
  return { place: tree.place, path, text };
}

function missing(phrase: Phrase, path: Path, subject: Subject): Problem {
  const text = "sentence" in phrase ? phrase.sentence : `missing; ${phraseText(phrase)}`;
  return { place: nearestPlace(subject.tree, path), path, text, missing: true };
}

function phraseText(phrase: Phrase): string {
  return "sentence" in phrase ? phrase.sentence : `expected ${phrase.expected}`;
}

/** YAML reads `2024`, `1.10` and `true` as numbers and truth values; any text would do here. */
function hint(tree: Tree, spot: Spot): string {
  const scalar = tree.kind === "leaf" && tree.value !== null && typeof tree.value !== "string";
  const free = spot.variants.every(({ enum: words, examples, pattern }) => !(words ?? examples ?? pattern));
  return scalar && free && takesOnlyText(spot) ? "; put it in quotes" : "";
}

/** Only what the schema saw can be repeated: the values at and below the path. */
function repeatsSecret(sentence: string, at: Path, secrets: readonly Secret[]): boolean {
  const seen = secrets.filter(({ path }) => at.every((key, depth) => path[depth] === key));
  return seen.some(({ texts }) => texts.some((text) => text !== "" && sentence.includes(text)));
}

function pathOf(issue: Issue): Key[] {
  return issue.path.map((key) => (typeof key === "number" ? key : String(key)));
}
