// Values from flags and variables as layers that lie over the files.
import type { Problem } from "./problem.ts";
import { isReserved, leaves, type Path, type Place, placeOutside, type Tree, treeOf } from "./tree.ts";

/** One value from outside the files. `origin` is what the user typed: `--port`, `HAPPO_AGENT_PORT`. */
export interface Overlay {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly origin: string;
}

/** A layer, or why there is none. */
export interface OverlayLayer {
  readonly tree: Tree | undefined;
  readonly problems: readonly Problem[];
}

/** `directory` is where relative paths are taken from. An overlay whose value is undefined says nothing. */
export function overlayLayer({ path, value, origin }: Overlay, directory: string): OverlayLayer {
  if (value === undefined) return { tree: undefined, problems: [] };
  const place = placeOutside(origin, directory);
  return guarded(
    nest(
      path,
      treeOf(value, () => place),
    ),
    place,
  );
}

/** The value under its path: a mapping in a mapping for each key. */
export function nest(path: readonly string[], tree: Tree): Tree {
  return path.reduceRight((inner: Tree, key): Tree => {
    const entries = new Map([[key, { keyPlace: inner.place, tree: inner }]]);
    return { kind: "mapping", entries, place: inner.place };
  }, tree);
}

/** Refuses names that would reach a prototype. */
export function guarded(tree: Tree, place: Place): OverlayLayer {
  const isBad = (path: Path) => path.some((key) => typeof key === "string" && isReserved(key));
  const bad = [...leaves(tree)].map(([path]) => path).filter(isBad);
  if (bad.length === 0) return { tree, problems: [] };
  return {
    tree: undefined,
    problems: bad.map((path) => ({ place, path, text: "unknown key; this name cannot be used" })),
  };
}
