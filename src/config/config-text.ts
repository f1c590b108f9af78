// The bytes of a configuration file as text, and the places in it.
import { dirname } from "node:path";
import type { Problem } from "./problem.ts";
import type { Place } from "./tree.ts";

/** The text without a byte order mark, or the place of the first byte that is not UTF-8. */
export function configText(path: string, bytes: Buffer): string | Problem {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return notText(path, bytes);
  }
}

/** Lines and columns (from 1) of one file as places. */
export function placeIn(path: string): (line: number, column: number) => Place {
  const directory = dirname(path);
  return (line, column) => ({ source: path, line, column, directory });
}

function notText(path: string, bytes: Buffer): Problem {
  const before = bytes.toString("utf8").split("\uFFFD", 1).join("").split("\n");
  const place = placeIn(path)(before.length, (before.at(-1)?.length ?? 0) + 1);
  return { place, path: [], text: "this is not UTF-8 text" };
}
