// All series by name: a tree of the parts between dots, and the series of a pattern in it.
import { parseSeriesKey } from "../../metric/series.ts";
import type { Work } from "../work.ts";
import { expandBraces } from "./braces.ts";
import { type Glob, globOf } from "./glob.ts";

/** One series of the history. */
export interface Entry {
  /** As the history knows it. */
  readonly key: string;
  /** As it stands in the tree. */
  readonly name: string;
}

export interface TreeNode {
  /** The part; the last one has its tags behind it. */
  readonly text: string;
  readonly path: string;
  readonly children: Map<string, TreeNode>;
  entry: Entry | undefined;
}

export interface NameTree {
  readonly entries: readonly Entry[];
  readonly root: TreeNode;
  readonly byKey: ReadonlyMap<string, Entry>;
  /** Tags of a series with its `name`; empty when the key cannot be read. */
  tagsOf(entry: Entry): Readonly<Record<string, string>>;
}

type Breathing = Pick<Work, "breathe" | "isDue">;

const piece = 500;

export async function plantTree(
  keys: readonly string[],
  nameOf: (key: string) => string,
  work: Breathing,
): Promise<NameTree> {
  const root = nodeOf("", "");
  const entries: Entry[] = [];
  const byKey = new Map<string, Entry>();
  for (const key of keys) {
    const entry = { key, name: nameOf(key) };
    entries.push(entry);
    byKey.set(key, entry);
    place(root, entry);
    if (entries.length % piece === 0 && work.isDue) await work.breathe();
  }
  const tags = new Map<Entry, Readonly<Record<string, string>>>();
  return {
    entries,
    root,
    byKey,
    tagsOf(entry) {
      const known = tags.get(entry);
      if (known !== undefined) return known;
      const series = parseSeriesKey(entry.key);
      const found = series === undefined ? {} : { ...series.tags, name: series.name.replace(/^~+/, "") };
      tags.set(entry, found);
      return found;
    },
  };
}

function nodeOf(text: string, path: string): TreeNode {
  return { text, path, children: new Map(), entry: undefined };
}

function place(root: TreeNode, entry: Entry): void {
  let node = root;
  for (const part of partsOf(entry.name)) {
    let child = node.children.get(part);
    if (child === undefined) {
      child = nodeOf(part, node === root ? part : `${node.path}.${part}`);
      node.children.set(part, child);
    }
    node = child;
  }
  node.entry ??= entry;
}

/** Dots behind the first `;` belong to tags and part nothing. */
function partsOf(name: string): string[] {
  const semicolon = name.indexOf(";");
  if (semicolon < 0) return name.split(".");
  const parts = name.slice(0, semicolon).split(".");
  parts.push(`${parts.pop() ?? ""}${name.slice(semicolon)}`);
  return parts;
}

/** Branches and leaves of a pattern, each once. */
export async function findNodes(tree: NameTree, pattern: string, work: Breathing): Promise<TreeNode[]> {
  const found = new Set<TreeNode>();
  for (const plain of expandBraces(pattern)) {
    await walk(tree.root, partsOf(plain), { found, work });
    if (work.isDue) await work.breathe();
  }
  return [...found];
}

interface Walk {
  readonly found: Set<TreeNode>;
  readonly work: Breathing;
}

async function walk(root: TreeNode, parts: readonly string[], { found, work }: Walk): Promise<void> {
  let nodes = new Set([root]);
  for (const part of parts) {
    nodes = part === "**" ? await descendants(nodes, work) : await childrenLike(nodes, part, work);
    if (nodes.size === 0) return;
  }
  if (parts.at(-1) === "**") nodes = await childrenLike(nodes, "*", work);
  for (const node of nodes) found.add(node);
}

async function childrenLike(nodes: ReadonlySet<TreeNode>, part: string, work: Breathing) {
  const glob = globOf(part);
  const { literal } = glob;
  const found = new Set<TreeNode>();
  for (const { children } of nodes) {
    const child = literal === undefined ? undefined : children.get(literal);
    if (child !== undefined) found.add(child);
    if (literal === undefined) await addMatching(found, [children.values(), glob], work);
  }
  return found;
}

async function addMatching(
  found: Set<TreeNode>,
  [children, glob]: readonly [Iterable<TreeNode>, Glob],
  work: Breathing,
): Promise<void> {
  let looked = 0;
  for (const child of children) {
    if (glob.matches(child.text)) found.add(child);
    looked += 1;
    if (looked % 10 === 0 && work.isDue) await work.breathe();
  }
}

/** The nodes and all branches below them. */
async function descendants(nodes: ReadonlySet<TreeNode>, work: Breathing): Promise<Set<TreeNode>> {
  const found = new Set(nodes);
  for (const node of found) {
    for (const child of node.children.values()) if (child.children.size > 0) found.add(child);
    if (work.isDue) await work.breathe();
  }
  return found;
}

/** Series of a pattern in the order of their names; a pattern that is a series' own key means that one. */
export async function findEntries(tree: NameTree, pattern: string, work: Breathing): Promise<Entry[]> {
  const exact = tree.byKey.get(pattern);
  if (exact !== undefined) return [exact.name === pattern ? exact : { key: exact.key, name: pattern }];
  const nodes = await findNodes(tree, pattern, work);
  const entries = nodes.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
  return entries.sort((one, other) => (one.name < other.name ? -1 : one.name > other.name ? 1 : 0));
}
