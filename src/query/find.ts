// What there is, for those who look for it: children of a pattern, names that it stands for, all names.
import { refusal, shown } from "./fault.ts";
import { findNodes, type NameTree, type TreeNode } from "./names/name-tree.ts";
import type { RequestParams } from "./render/render-request.ts";
import type { Work } from "./work.ts";

/** A node of the tree as Grafana and older pages read it; numbers are 0 or 1 (contract opsbro §9.3). */
export interface FoundNode {
  readonly leaf: number;
  readonly context: Readonly<Record<string, never>>;
  readonly text: string;
  readonly id: string;
  readonly expandable: number;
  readonly allowChildren: number;
}

export interface CompletedNode {
  readonly name: string;
  readonly path?: string;
  readonly is_leaf?: "0" | "1";
}

export type FindAnswer = readonly FoundNode[] | { readonly metrics: readonly CompletedNode[] };

export interface ExpandAnswer {
  readonly results: readonly string[] | Readonly<Record<string, readonly string[]>>;
}

const queryLimit = 100;

export async function find(tree: NameTree, params: RequestParams, work: Work): Promise<FindAnswer> {
  const query = params.get("query") ?? "";
  if (query === "") throw refusal("the parameter query is missing");
  const format = params.get("format") ?? "treejson";
  const wildcards = isOn(params, "wildcards");
  if (format === "completer") return { metrics: await completed(tree, { query, wildcards }, work) };
  if (format !== "treejson")
    throw refusal(`the format ${shown(format)} is not offered; there are treejson, completer`);
  const nodes = await sortedNodes(tree, query, work);
  const wanted = isOn(params, "leavesOnly") ? nodes.filter(isLeaf) : nodes;
  return treeItems(wanted, query, wildcards);
}

function isOn(params: RequestParams, name: string): boolean {
  const text = params.get(name) ?? "0";
  if (/^[+-]?\d+$/.test(text.trim())) return Number(text) !== 0;
  throw refusal(`${name}: ${shown(text)} is no whole number`);
}

async function sortedNodes(tree: NameTree, query: string, work: Work): Promise<TreeNode[]> {
  const nodes = await findNodes(tree, query.replaceAll("\\", ""), work);
  return nodes.sort((one, other) => (one.text < other.text ? -1 : one.text > other.text ? 1 : 0));
}

function isLeaf({ entry }: TreeNode): boolean {
  return entry !== undefined;
}

/** Branches first; a node that is both a branch and a series is shown as a branch. */
function treeItems(nodes: readonly TreeNode[], query: string, wildcards: boolean): FoundNode[] {
  const base = query.slice(0, query.lastIndexOf(".") + 1);
  const byText = new Map<string, boolean>();
  for (const { text, children } of nodes) {
    byText.set(text, byText.get(text) === true || children.size > 0);
  }
  const items = [...byText].map(([text, isBranch]) =>
    item({ text: plusDecoded(text), id: base + text, isBranch }),
  );
  const ordered = [...items.filter(({ leaf }) => leaf === 0), ...items.filter(({ leaf }) => leaf === 1)];
  if (!wildcards || nodes.length < 2) return ordered;
  return [item({ text: "*", id: `${base}*`, isBranch: ordered[0]?.leaf === 0 }), ...ordered];
}

function item({ text, id, isBranch }: { text: string; id: string; isBranch: boolean }): FoundNode {
  const branch = Number(isBranch);
  return { leaf: 1 - branch, context: {}, text, id, expandable: branch, allowChildren: branch };
}

/** `%2E` and the like as the characters that they stand for. */
function plusDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}

async function completed(
  tree: NameTree,
  { query, wildcards }: { query: string; wildcards: boolean },
  work: Work,
): Promise<CompletedNode[]> {
  const open = query.replaceAll("..", "*.");
  const nodes = await sortedNodes(tree, open.endsWith("*") ? open : `${open}*`, work);
  const results = nodes.flatMap((node): CompletedNode[] => [
    ...(node.children.size > 0 ? [{ path: `${node.path}.`, name: node.text, is_leaf: "0" } as const] : []),
    ...(isLeaf(node) ? [{ path: node.path, name: node.text, is_leaf: "1" } as const] : []),
  ]);
  return results.length > 1 && wildcards ? [...results, { name: "*" }] : results;
}

export async function expand(tree: NameTree, params: RequestParams, work: Work): Promise<ExpandAnswer> {
  const queries = params.getAll("query");
  if (queries.length > queryLimit) throw refusal(`more than ${queryLimit} queries`);
  const leavesOnly = isOn(params, "leavesOnly");
  const byQuery = new Map<string, string[]>();
  for (const query of queries) {
    const nodes = await sortedNodes(tree, query, work);
    const wanted = leavesOnly ? nodes.filter(isLeaf) : nodes;
    byQuery.set(query, wanted.map(({ path }) => path).sort());
  }
  if (isOn(params, "groupByExpr")) return { results: Object.fromEntries(byQuery) };
  return { results: [...new Set([...byQuery.values()].flat())].sort() };
}
