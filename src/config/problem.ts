// One thing that is wrong with a configuration, and the report of them all.
import { dottedPath } from "./dotted-path.ts";
import { type Path, type Place, placeText } from "./tree.ts";

export interface Problem {
  readonly place: Place;
  readonly path: Path;
  /** What is wrong, what was expected, what was found. */
  readonly text: string;
  /** True when nothing was given where something must be. */
  readonly missing?: boolean;
}

/** One problem a line, in the order of the files and their lines; flags and variables come last. */
export function report(problems: readonly Problem[], files: readonly string[]): string {
  const rank = ({ place }: Problem) => (place.line === 0 ? files.length : files.indexOf(place.source));
  const sorted = [...problems].sort(
    (a, b) => rank(a) - rank(b) || a.place.line - b.place.line || a.place.column - b.place.column,
  );
  return [...new Set(sorted.map(line))].join("\n");
}

function line({ place, path, text }: Problem): string {
  const named = path.length === 0 ? text : `${dottedPath(path)}: ${text}`;
  return `${placeText(place)}: ${named}`.replace(/[\r\n\u2028\u2029]+/g, " ");
}
