// Laying one source over another: mappings merge key by key, everything else is replaced.
import type { Entry, Tree } from "./tree.ts";

/**
 * `upper` wins. Merged mappings keep the place of `lower`, where the block was opened; what is replaced takes the
 * place of its new value.
 */
export function merge(lower: Tree, upper: Tree): Tree {
  if (lower.kind !== "mapping" || upper.kind !== "mapping") return upper;
  const entries = new Map(lower.entries);
  for (const [key, entry] of upper.entries) {
    const below = entries.get(key);
    entries.set(key, below === undefined ? entry : mergeEntries(below, entry));
  }
  return { kind: "mapping", entries, place: lower.place };
}

function mergeEntries(lower: Entry, upper: Entry): Entry {
  if (lower.tree.kind !== "mapping" || upper.tree.kind !== "mapping") return upper;
  return { keyPlace: lower.keyPlace, tree: merge(lower.tree, upper.tree) };
}
