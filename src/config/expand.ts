// Filling in references and making paths absolute, only where the schema marks a value `local` or `path`.
import { resolve } from "node:path";
import type { Problem } from "./problem.ts";
import { fillIn } from "./references.ts";
import { below, isMarked, narrow, type Spot } from "./schema-tree.ts";
import type { Entry, Key, Leaf, Path, Tree } from "./tree.ts";

export interface Expansion {
  readonly tree: Tree;
  readonly problems: readonly Problem[];
  readonly secrets: readonly Secret[];
}

/** A value that may reach no message, as it was written and as it was filled in. */
export interface Secret {
  readonly path: Path;
  readonly texts: readonly string[];
}

/** What one walk collects. */
interface Walk {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly problems: Problem[];
  readonly secrets: Secret[];
}

/** Where the walk stands. */
interface Position {
  readonly spot: Spot;
  readonly path: Path;
  /** True below a list or mapping that is secret as a whole. */
  readonly secret: boolean;
}

/** The tree that the schema is to parse. Nothing is thrown: what cannot be filled in is a problem with its place. */
export function expand(tree: Tree, spot: Spot, environment: Walk["environment"]): Expansion {
  const walk: Walk = { environment, problems: [], secrets: [] };
  const start = { spot, path: [], secret: false };
  return { tree: expandTree(walk, tree, start), problems: walk.problems, secrets: walk.secrets };
}

function expandTree(walk: Walk, tree: Tree, { spot, path, secret }: Position): Tree {
  const here = narrow(spot, tree);
  const hidden = secret || isMarked(here, "secret");
  const next = (inner: Tree, key: Key) =>
    expandTree(walk, inner, { spot: below(here, key), path: [...path, key], secret: hidden });
  if (tree.kind === "leaf") return expandLeaf(walk, tree, { spot: here, path, secret: hidden });
  if (tree.kind === "list") return { ...tree, items: tree.items.map(next) };
  const entries = [...tree.entries].map(([key, entry]): [string, Entry] => [
    key,
    { ...entry, tree: next(entry.tree, key) },
  ]);
  return { ...tree, entries: new Map(entries) };
}

function expandLeaf(walk: Walk, leaf: Leaf, position: Position): Leaf {
  const filled = fill(walk, leaf, position);
  if (position.secret) {
    walk.secrets.push({ path: position.path, texts: [String(leaf.value), String(filled.value)] });
  }
  const { value } = filled;
  if (!isMarked(position.spot, "path") || typeof value !== "string" || value === "") return filled;
  return { ...filled, value: resolve(leaf.place.directory, value) };
}

function fill({ environment, problems }: Walk, leaf: Leaf, { spot, path }: Position): Leaf {
  if (typeof leaf.value !== "string" || !isMarked(spot, "local")) return leaf;
  const filled = fillIn(leaf.value, { environment, directory: leaf.place.directory });
  if ("text" in filled) return { ...leaf, value: filled.text };
  problems.push({ place: leaf.place, path, text: filled.wrong });
  return leaf;
}
