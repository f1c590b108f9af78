// The text of an object file as YAML documents, with tabs in the indentation put right.

import type { Problem } from "../problem.ts";
import type { Place, Tree } from "../tree.ts";
import { type Layer, readYamlStream } from "../yaml-layer.ts";

/** Every column that a tab may have meant. opsbro's README mixes spaces with tabs of 4 columns, and of none. */
const tabStops = [8, 4, 2, 1, 0];

const maxDocuments = 100;

type PlaceOf = (line: number, column: number) => Place;

export interface ObjectText {
  /** Documents that hold something. */
  readonly trees: readonly Tree[];
  readonly problems: readonly Problem[];
}

/** Never throws. A text that is not YAML has no trees. */
export function readObjectText(text: string, placeOf: PlaceOf): ObjectText {
  const layers = readYamlStream(text, placeOf);
  if (isWhole(layers)) return bounded(layers);
  const tab = text.split("\n").findIndex((line) => /^ *\t/.test(line));
  return (tab === -1 ? undefined : readWithTabs(text, placeOf, tab + 1)) ?? bounded(layers);
}

/** With the first width of tabs under which the whole text is YAML. */
function readWithTabs(text: string, placeOf: PlaceOf, line: number): ObjectText | undefined {
  for (const stop of tabStops) {
    const { expanded, columnOf } = expandTabs(text, stop);
    const layers = readYamlStream(expanded, (row, column) => placeOf(row, columnOf(row, column)));
    if (!isWhole(layers)) continue;
    const { trees, problems } = bounded(layers);
    const words = `a tab stands in the indentation; it is read as ${stop} columns, indent with spaces`;
    const warning = { place: placeOf(line, 1), path: [], text: words, severity: "warning" as const };
    return { trees, problems: [warning, ...problems] };
  }
  return undefined;
}

function isWhole(layers: readonly Layer[]): boolean {
  return layers.every(({ tree }) => tree !== undefined);
}

/** A document for each object is plenty; thousands of them, each with aliases, are an attack. */
function bounded(layers: readonly Layer[]): ObjectText {
  const trees = layers.slice(0, maxDocuments).flatMap(({ tree }) => (tree === undefined ? [] : [tree]));
  const problems = layers.slice(0, maxDocuments).flatMap((layer) => layer.problems);
  const next = layers[maxDocuments]?.tree;
  const text = `a file holds at most ${maxDocuments} documents; those from here on are not read`;
  const all = next === undefined ? problems : [...problems, { place: next.place, path: [], text }];
  return { trees: trees.filter((tree) => tree.kind !== "leaf" || tree.value !== null), problems: all };
}

interface Expanded {
  readonly expanded: string;
  /** The column in the text as it was written. */
  readonly columnOf: (line: number, column: number) => number;
}

function expandTabs(text: string, stop: number): Expanded {
  const grown: number[] = [];
  const lines = text.split("\n").map((line) => {
    const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
    const columns = widthOf(indent, stop);
    grown.push(columns - indent.length);
    return " ".repeat(columns) + line.slice(indent.length);
  });
  const columnOf = (line: number, column: number) => Math.max(1, column - (grown[line - 1] ?? 0));
  return { expanded: lines.join("\n"), columnOf };
}

/** Tabs lead to the next stop, as in an editor. */
function widthOf(indent: string, stop: number): number {
  let column = 0;
  for (const character of indent) {
    if (character === " ") column += 1;
    else if (stop > 0) column += stop - (column % stop);
  }
  return column;
}
