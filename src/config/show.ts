// The configuration as YAML that can be read again: as it was given or with all defaults, with the origin of each value.
import { Document, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { maskedCredentials } from "../kernel/masked-credentials.ts";
import { dottedPath } from "./dotted-path.ts";
import { defaultPlace, effectiveTree } from "./effective.ts";
import { configJsonSchema, type Section } from "./json-schema.ts";
import type { LoadedConfig } from "./load.ts";
import { below, isMarked, narrow, rootSpot, type Spot } from "./schema-tree.ts";
import { childrenOf, type Leaf, leaves, placeOutside, placeText, type Tree, treeOf } from "./tree.ts";

export interface ShowOptions {
  /** With every default; otherwise what was given. */
  readonly effective: boolean;
  /** A comment at each value: `# /etc/yagura/yagura.yaml:3:5`, `# --port`, `# default`. */
  readonly origin: boolean;
}

/** YAML text. Values that the schema marks as secret are shown as `***`, and so are credentials in addresses. */
export function showConfig(
  { given, origins }: LoadedConfig,
  sections: readonly Section[],
  options: ShowOptions,
): string {
  const spot = rootSpot(configJsonSchema(sections));
  const tree = treeOf(given, (path) => {
    const origin = origins.get(dottedPath(path));
    return origin === undefined ? defaultPlace : placeOutside(origin, "");
  });
  const document = new Document();
  document.contents = nodeOf(options.effective ? effectiveTree(tree, spot) : tree, spot, options.origin);
  return document.toString({ lineWidth: 0 });
}

function nodeOf(tree: Tree, spot: Spot, origin: boolean): Scalar | YAMLMap | YAMLSeq {
  const here = narrow(spot, tree);
  const inner = isMarked(here, "secret") ? [] : childrenOf(tree);
  const node = isMarked(here, "secret") ? new Scalar("***") : emptyNode(tree);
  for (const [key, one] of inner) {
    const child = nodeOf(one, below(here, key), origin);
    if (node instanceof YAMLMap) node.add(new Pair(new Scalar(key), child));
    else if (node instanceof YAMLSeq) node.add(child);
  }
  if (inner.length === 0 && origin) node.comment = ` ${printable(originOf(tree))}`;
  return node;
}

/** An empty list or mapping stands on one line, so that its origin can stand beside it. */
function emptyNode(tree: Tree): Scalar | YAMLMap | YAMLSeq {
  if (tree.kind === "leaf")
    return scalarOf(typeof tree.value === "string" ? maskedCredentials(tree.value) : tree.value);
  const node = tree.kind === "list" ? new YAMLSeq() : new YAMLMap();
  if (childrenOf(tree).length === 0) node.flow = true;
  return node;
}

/** As a block or in quotes: a block with blanks at the ends of its lines would be read as another text. */
function scalarOf(value: Leaf["value"]): Scalar {
  const scalar = new Scalar(value);
  const risky = typeof value === "string" && /^\s|[^\S\n]$|[^\P{Cc}\n]/mu.test(value);
  if (risky) scalar.type = Scalar.QUOTE_DOUBLE;
  return scalar;
}

/** A list or mapping that is masked as a whole has the origin of its first value. */
function originOf(tree: Tree): string {
  const [first] = leaves(tree);
  return placeText(first?.[1].place ?? tree.place);
}

function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "?");
}
