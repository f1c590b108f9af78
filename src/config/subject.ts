// What a report is about: the written values beside their schema, and how to find a place in both.
import type { Secret } from "./expand.ts";
import { below, isMarked, narrow, type Spot } from "./schema-tree.ts";
import { child, type Path, type Place, type Tree } from "./tree.ts";

export interface Subject {
  /** As it was written, before references were filled in. */
  readonly tree: Tree;
  readonly spot: Spot;
  readonly secrets: readonly Secret[];
}

export interface Found {
  readonly tree: Tree | undefined;
  readonly spot: Spot;
  /** True in and below what the schema marks as secret. */
  readonly hidden: boolean;
  readonly keyPlace: Place | undefined;
}

/** What stands at a path, or would stand there. */
export function look({ tree, spot }: Subject, path: Path): Found {
  const start: Found = { tree, spot, hidden: isMarked(spot, "secret"), keyPlace: undefined };
  return path.reduce((found: Found, key) => {
    const next = below(found.tree === undefined ? found.spot : narrow(found.spot, found.tree), key);
    const keyPlace =
      found.tree?.kind === "mapping" ? found.tree.entries.get(String(key))?.keyPlace : undefined;
    const inner = found.tree && child(found.tree, key);
    return { tree: inner, spot: next, hidden: found.hidden || isMarked(next, "secret"), keyPlace };
  }, start);
}

/** The key of the deepest mapping or list on the way that was written; the file where there is none. */
export function nearestPlace(tree: Tree, path: Path): Place {
  let place = tree.place;
  let current: Tree | undefined = tree;
  for (const key of path) {
    const entry: { keyPlace: Place } | undefined =
      current.kind === "mapping" ? current.entries.get(String(key)) : undefined;
    current = child(current, key);
    if (current === undefined) return place;
    place = entry?.keyPlace ?? current.place;
  }
  return place;
}
