// `access.callers[0].token`: how messages and origins name a place in the configuration.
import type { Key, Path } from "./tree.ts";

/** Keys other than letters, digits, `_` and `-` stand in quotes, so the text never holds a line end. */
export function dottedPath(path: Path): string {
  return path.map(part).join("").replace(/^\./, "");
}

function part(key: Key): string {
  if (typeof key === "number") return `[${key}]`;
  return /^[\w-]+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
