// The input with every default filled in, in the form of the input ("10s", not 10000).
import { below, knownKeys, narrow, type Spot } from "./schema-tree.ts";
import { type Entry, type Place, type Tree, treeOf } from "./tree.ts";

/** Stands as the source of every value that nobody gave. */
export const defaultPlace: Place = { source: "default", line: 0, column: 0, directory: "" };

/** Known keys come first, in the order of the schema; what has neither a value nor a default is left out. */
export function effectiveTree(tree: Tree, spot: Spot): Tree {
  const here = narrow(spot, tree);
  if (tree.kind === "leaf") return tree;
  if (tree.kind === "list") {
    return { ...tree, items: tree.items.map((item, at) => effectiveTree(item, below(here, at))) };
  }
  return { ...tree, entries: new Map([...defaults(tree.entries, here), ...free(tree.entries, here)]) };
}

function defaults(entries: ReadonlyMap<string, Entry>, spot: Spot): [string, Entry][] {
  return knownKeys(spot).flatMap((key): [string, Entry][] => {
    const inner = below(spot, key);
    const given = entries.get(key);
    if (given !== undefined) return [[key, { ...given, tree: effectiveTree(given.tree, inner) }]];
    if (inner.default === undefined) return [];
    const tree = effectiveTree(
      treeOf(inner.default, () => defaultPlace),
      inner,
    );
    return [[key, { keyPlace: defaultPlace, tree }]];
  });
}

/** The entries of a record. */
function free(entries: ReadonlyMap<string, Entry>, spot: Spot): [string, Entry][] {
  const known = new Set(knownKeys(spot));
  return [...entries]
    .filter(([key]) => !known.has(key))
    .map(([key, entry]) => [key, { ...entry, tree: effectiveTree(entry.tree, below(spot, key)) }]);
}
