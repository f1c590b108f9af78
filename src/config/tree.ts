// The merged input before any schema has seen it: every value with the place that gave it.

/** Where a value was written. `line` 0 means no file: `source` is then what the user typed, such as `--port`. */
export interface Place {
  readonly source: string;
  readonly line: number;
  readonly column: number;
  /** Relative paths and `${file:…}` are taken from here. */
  readonly directory: string;
}

export type Key = string | number;
export type Path = readonly Key[];
export type Scalar = string | number | bigint | boolean | null;

export interface Leaf {
  readonly kind: "leaf";
  readonly value: Scalar;
  readonly place: Place;
}

interface List {
  readonly kind: "list";
  readonly items: readonly Tree[];
  readonly place: Place;
}

/** A Map holds the entries, so no key can reach a prototype. */
export interface Mapping {
  readonly kind: "mapping";
  readonly entries: ReadonlyMap<string, Entry>;
  readonly place: Place;
}

export interface Entry {
  readonly keyPlace: Place;
  readonly tree: Tree;
}

export type Tree = Leaf | List | Mapping;

const reservedKeys: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/** True of the keys that would reach an object's prototype; they are refused wherever they stand. */
export function isReserved(key: string): boolean {
  return reservedKeys.has(key);
}

/** `/etc/yagura/yagura.yaml:3:5`, or the flag or variable. */
export function placeText(place: Place): string {
  return place.line === 0 ? place.source : `${place.source}:${place.line}:${place.column}`;
}

/** The place of something that stands in no file. */
export function placeOutside(source: string, directory: string): Place {
  return { source, line: 0, column: 0, directory };
}

/** Plain objects, lists and scalars, as a schema wants them. */
export function plain(tree: Tree): unknown {
  if (tree.kind === "leaf") return tree.value;
  if (tree.kind === "list") return tree.items.map(plain);
  return Object.fromEntries([...tree.entries].map(([key, entry]) => [key, plain(entry.tree)]));
}

/** The opposite of `plain`. Keys without a value are left out; `placeAt` says where each path was written. */
export function treeOf(value: unknown, placeAt: (path: Path) => Place): Tree {
  const build = (inner: unknown, path: Path): Tree => {
    const place = placeAt(path);
    if (Array.isArray(inner)) {
      return { kind: "list", items: inner.map((item, at) => build(item, [...path, at])), place };
    }
    if (typeof inner !== "object" || inner === null) return { kind: "leaf", value: scalarOf(inner), place };
    const pairs = Object.entries(inner).filter(([, child]) => child !== undefined);
    const entries = new Map(
      pairs.map(([key, child]) => {
        const tree = build(child, [...path, key]);
        return [key, { keyPlace: tree.place, tree }];
      }),
    );
    return { kind: "mapping", entries, place };
  };
  return build(value, []);
}

function scalarOf(value: unknown): Scalar {
  const known = ["string", "number", "bigint", "boolean"].includes(typeof value);
  return known ? (value as Scalar) : null;
}

/** The value under one key, or undefined. */
export function child(tree: Tree, key: Key): Tree | undefined {
  if (tree.kind === "mapping") return tree.entries.get(String(key))?.tree;
  return tree.kind === "list" && typeof key === "number" ? tree.items[key] : undefined;
}

/** Every scalar, and every list or mapping that holds nothing, with its path. */
export function* leaves(tree: Tree, path: Path = []): Generator<[Path, Tree]> {
  const inner = childrenOf(tree);
  if (inner.length === 0) yield [path, tree];
  for (const [key, below] of inner) yield* leaves(below, [...path, key]);
}

/** The values directly below, with their keys. */
export function childrenOf(tree: Tree): [Key, Tree][] {
  if (tree.kind === "leaf") return [];
  if (tree.kind === "list") return [...tree.items.entries()];
  return [...tree.entries].map(([key, entry]) => [key, entry.tree]);
}
