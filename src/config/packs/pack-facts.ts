// What `package.yml` tells about a pack (contract 1.4).
import { foundWords } from "../expected.ts";
import type { Problem } from "../problem.ts";
import { child, type Mapping, plain, type Tree } from "../tree.ts";
import type { PackFacts } from "./pack.ts";

const singles = ["version", "description", "homepage", "author", "license", "repository"] as const;
const lists = ["topics", "types", "keywords", "contributors"] as const;

/** Nothing depends on these facts: a wrong one is a warning and stays empty. */
export function readPackFacts(body: Mapping): { facts: PackFacts; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const take = <Value>(key: string, expected: string, read: (tree: Tree) => Value | undefined) => {
    const tree = child(body, key);
    if (tree === undefined || isNothing(tree)) return undefined;
    const value = read(tree);
    const text = `expected ${expected}, found ${foundWords(tree)}`;
    if (value === undefined) problems.push({ place: tree.place, path: [key], text, severity: "warning" });
    return value;
  };
  const texts = singles.map((key) => [key, take(key, "a text", textOf) ?? ""]);
  const rows = lists.map((key) => [key, take(key, "a list of texts", textsOf) ?? []]);
  const dependencies = take("dependencies", "a mapping of pack names to versions", versionsOf) ?? {};
  return { facts: { ...Object.fromEntries([...texts, ...rows]), dependencies } as PackFacts, problems };
}

/** The name that addresses, files and reports can carry, or what is wrong with it. */
export function readPackName(body: Mapping): string | Problem {
  const tree = child(body, "name");
  const path = ["name"];
  if (tree === undefined) return { place: body.place, path, text: "missing; a pack has a name" };
  const name = textOf(tree);
  if (name !== undefined && /^[\p{L}\p{N}_][\p{L}\p{N}_.+ -]{0,99}$/u.test(name)) return name;
  const text = `expected a name of letters, digits and "_ - + .", found ${foundWords(tree)}`;
  return { place: tree.place, path, text };
}

function isNothing(tree: Tree): boolean {
  return tree.kind === "leaf" && tree.value === null;
}

/** `version: 1.0` is a number to YAML. */
function textOf(tree: Tree): string | undefined {
  if (tree.kind !== "leaf" || tree.value === null || typeof tree.value === "boolean") return undefined;
  return String(tree.value);
}

function textsOf(tree: Tree): string[] | undefined {
  const items = tree.kind === "list" ? tree.items : [tree];
  const texts = items.map(textOf).filter((text) => text !== undefined);
  return texts.length === items.length ? texts : undefined;
}

function versionsOf(tree: Tree): Record<string, string> | undefined {
  if (tree.kind !== "mapping") return undefined;
  return Object.fromEntries(
    Object.entries(plain(tree) as object).map(([key, value]) => [
      key,
      typeof value === "string" ? value : JSON.stringify(value),
    ]),
  );
}
