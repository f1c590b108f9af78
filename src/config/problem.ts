// One thing that is wrong with a configuration, and the report of them all.
import { maskedCredentials } from "../kernel/masked-credentials.ts";
import { dottedPath } from "./dotted-path.ts";
import { type Path, type Place, placeText } from "./tree.ts";

export interface Problem {
  readonly place: Place;
  readonly path: Path;
  /** What is wrong, what was expected, what was found. */
  readonly text: string;
  /** True when nothing was given where something must be. */
  readonly missing?: boolean;
  /** A warning costs nothing: what stands there works, or was left out as it had to be. */
  readonly severity?: "warning";
  /** The object that it concerns, such as `check redis/memory`. */
  readonly about?: string | undefined;
}

/** One problem a line, in the order of the files and their lines; flags and variables come last. */
export function report(problems: readonly Problem[], files: readonly string[]): string {
  const rank = ({ place }: Problem) => (place.line === 0 ? files.length : files.indexOf(place.source));
  const sorted = [...problems].sort(
    (a, b) => rank(a) - rank(b) || a.place.line - b.place.line || a.place.column - b.place.column,
  );
  return [...new Set(sorted.map(problemLine))].join("\n");
}

/** `/etc/agent/cpu.yml:3:5: check cpu: interval: expected …`, on one line and without control characters. */
export function problemLine({ place, path, text, about }: Problem): string {
  const named = path.length === 0 ? text : `${dottedPath(path)}: ${text}`;
  const whole = [placeText(place), about, named].filter((part) => part !== undefined).join(": ");
  return maskedCredentials(whole)
    .replace(/[\r\n\u2028\u2029]+/g, " ")
    .replace(/[\p{Cc}\p{Bidi_Control}]/gu, escaped);
}

/** Names of files and keys are shown on terminals. */
function escaped(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`;
}
