// One YAML text to one tree in which every key and value knows its line and column.
import type { Problem } from "./problem.ts";
import { childrenOf, type Place, type Tree } from "./tree.ts";
import { maxDepth, type Parsed, parseYaml, parseYamlStream } from "./yaml-documents.ts";
import { syntaxSentence } from "./yaml-syntax.ts";
import { readTree } from "./yaml-tree.ts";

export interface Layer {
  /** Undefined when the text is not YAML. An empty text is a leaf with null. */
  readonly tree: Tree | undefined;
  readonly problems: readonly Problem[];
}

/** `placeOf` turns line and column (from 1) into a place. Never throws, whatever the text. */
export function readYaml(text: string, placeOf: (line: number, column: number) => Place): Layer {
  const parsed = parseYaml(text);
  const placeAt = (offset: number) => {
    const { line, col } = parsed.lines.linePos(offset);
    return placeOf(line, col);
  };
  if (parsed.faults.length > 0) return { tree: undefined, problems: syntaxProblems(text, parsed, placeAt) };
  return layerOf(parsed.contents, placeAt);
}

/** The same of a text that may hold several documents, one layer each. One that is not YAML is lost as a whole. */
export function readYamlStream(text: string, placeOf: (line: number, column: number) => Place): Layer[] {
  const parsed = parseYamlStream(text);
  const placeAt = (offset: number) => {
    const { line, col } = parsed.lines.linePos(offset);
    return placeOf(line, col);
  };
  if (parsed.faults.length > 0) return [{ tree: undefined, problems: syntaxProblems(text, parsed, placeAt) }];
  return parsed.documents.map(({ contents }) => layerOf(contents, placeAt));
}

function layerOf(contents: unknown, placeAt: (offset: number) => Place): Layer {
  const { tree, problems } = readTree(contents, placeAt);
  if (depthOf(tree) <= maxDepth) return { tree, problems };
  return { tree: undefined, problems: [{ place: tree.place, path: [], text: "aliases nest too deeply" }] };
}

/** The first fault of each line: the parser stumbles several times over one mistake. */
function syntaxProblems(
  text: string,
  { faults, lines }: Pick<Parsed, "faults" | "lines">,
  placeAt: (offset: number) => Place,
): Problem[] {
  const rows = text.split("\n");
  const byLine = new Map<number, Problem>();
  for (const { code, offset } of faults) {
    const { line } = lines.linePos(offset);
    if (byLine.has(line)) continue;
    const sentence = syntaxSentence(code, rows[line - 1] ?? "");
    byLine.set(line, { place: placeAt(offset), path: [], text: sentence });
  }
  return [...byLine.values()];
}

function depthOf(tree: Tree): number {
  let depth = 0;
  for (let level = [tree]; level.length > 0; depth += 1) {
    level = level.flatMap((one) => childrenOf(one).map(([, below]) => below));
  }
  return depth;
}
