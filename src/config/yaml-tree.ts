// A syntax tree with positions to a tree of ours: anchors, `<<`, keys that come twice.
import { isAlias, isMap, isScalar, isSeq, type Node, type Pair, type YAMLMap, type YAMLSeq } from "yaml";
import type { Problem } from "./problem.ts";
import { type Entry, isReserved, type Path, type Place, type Scalar, type Tree } from "./tree.ts";

/** Values that aliases may add to one text: more is an attack or a mistake. */
const maxAliased = 10_000;

/** The tree of one document; `placeAt` turns an offset into a place. */
export function readTree(contents: unknown, placeAt: (offset: number) => Place) {
  const reader = new TreeReader(placeAt);
  const tree = reader.read(contents, []);
  return { tree, problems: reader.problems };
}

interface Anchored {
  readonly tree: Tree;
  readonly size: number;
}

/** Reads one document in its order, so that an alias means the last anchor of its name before it. */
class TreeReader {
  readonly problems: Problem[] = [];
  readonly #placeAt: (offset: number) => Place;
  readonly #anchors = new Map<string, Anchored>();
  #built = 0;
  #aliased = 0;

  constructor(placeAt: (offset: number) => Place) {
    this.#placeAt = placeAt;
  }

  read(node: unknown, path: Path): Tree {
    this.#built += 1;
    if (isAlias(node)) return this.#alias(node.source, node, path);
    const before = this.#built;
    const tree = this.#collectionOrLeaf(node, path);
    const anchor = isScalar(node) || isMap(node) || isSeq(node) ? node.anchor : undefined;
    if (anchor !== undefined) this.#anchors.set(anchor, { tree, size: this.#built - before + 1 });
    return tree;
  }

  #collectionOrLeaf(node: unknown, path: Path): Tree {
    if (isMap(node)) return this.#mapping(node, path);
    if (isSeq(node)) return this.#list(node, path);
    const place = this.#placeAt(offsetOf(node));
    return { kind: "leaf", value: isScalar(node) ? scalarOf(node.value) : null, place };
  }

  /** The tree is shared, not copied; its size still counts, since everything later walks it again. */
  #alias(name: string, node: Node, path: Path): Tree {
    const place = this.#placeAt(offsetOf(node));
    const anchored = this.#anchors.get(name);
    this.#aliased += anchored?.size ?? 0;
    this.#built += anchored?.size ?? 0;
    if (anchored !== undefined && this.#aliased <= maxAliased) return anchored.tree;
    const text =
      anchored === undefined
        ? "this alias names no anchor before it; put a value that begins with * in quotes"
        : `aliases add more than ${maxAliased} values`;
    this.problems.push({ place, path, text });
    return { kind: "leaf", value: null, place };
  }

  #list(node: YAMLSeq, path: Path): Tree {
    const items = node.items.map((item, at) => this.read(item, [...path, at]));
    return { kind: "list", items, place: this.#placeAt(offsetOf(node)) };
  }

  #mapping(node: YAMLMap, path: Path): Tree {
    const place = this.#placeAt(offsetOf(node));
    const own = new Map<string, Entry>();
    const merged = new Map<string, Entry>();
    for (const pair of node.items) {
      if (isMergeKey(pair.key)) this.#mergeInto(merged, pair, path);
      else this.#entryInto(own, pair, path);
    }
    const inherited = [...merged].filter(([key]) => !own.has(key));
    return { kind: "mapping", entries: new Map([...own, ...inherited]), place };
  }

  #entryInto(entries: Map<string, Entry>, pair: Pair, path: Path): void {
    const keyPlace = this.#placeAt(offsetOf(pair.key));
    const key = this.#keyText(pair.key);
    if (key === undefined) {
      this.problems.push({ place: keyPlace, path, text: "expected a name as the key" });
      return;
    }
    const keyPath = [...path, key];
    const text = refusal(key, entries);
    if (text !== undefined) this.problems.push({ place: keyPlace, path: keyPath, text });
    const read = this.read(pair.value, keyPath);
    // A key without anything behind it, as in `{ a }`, has no node and so no place.
    const tree = pair.value === null ? { ...read, place: keyPlace } : read;
    if (text === undefined) entries.set(key, { keyPlace, tree });
  }

  /** `<<`: what stands in the mapping wins, and an earlier source wins over a later one. */
  #mergeInto(merged: Map<string, Entry>, pair: Pair, path: Path): void {
    const source = this.read(pair.value, path);
    const sources = source.kind === "list" ? source.items : [source];
    for (const one of sources) {
      if (one.kind !== "mapping") {
        this.problems.push({ place: one.place, path, text: "<< takes a mapping or a list of mappings" });
        continue;
      }
      for (const [key, entry] of one.entries) if (!merged.has(key)) merged.set(key, entry);
    }
  }

  /** `8080:` and `true:` are names as they are written. */
  #keyText(node: unknown): string | undefined {
    const leaf = isAlias(node) ? this.#anchors.get(node.source)?.tree : undefined;
    if (leaf?.kind === "leaf") return String(leaf.value);
    if (!isScalar(node) || node.value === null) return undefined;
    if (node.anchor !== undefined) this.read(node, []);
    return typeof node.value === "string" ? node.value : (node.source ?? String(node.value));
  }
}

function refusal(key: string, entries: ReadonlyMap<string, Entry>): string | undefined {
  const quoted = JSON.stringify(key);
  if (isReserved(key)) return `unknown key ${quoted}; this name cannot be used`;
  const first = entries.get(key)?.keyPlace;
  return first && `duplicate key ${quoted}; it stands already in line ${first.line}, column ${first.column}`;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && typeof key.value === "symbol";
}

function offsetOf(node: unknown): number {
  const known = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node);
  return known ? (node.range?.[0] ?? 0) : 0;
}

function scalarOf(value: unknown): Scalar {
  const usable = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  return usable || typeof value === "bigint" ? value : null;
}
