// A dotted path into what a collector found: keys may hold dots themselves, and lists are entered by number.
import type { Leaf, Reading } from "../../metric/reading.ts";
import { isOwn } from "../running/macros.ts";

/** Undefined: nothing is there. The shortest key that leads anywhere is taken first (contract opsbro §2.1). */
export type DataPath = (reading: Reading) => Leaf | Reading | undefined;

/** Made once for each placeholder. Only a datum's own keys are seen. */
export function dataPath(path: string): DataPath {
  const keys = path.split(".");
  return (reading) => walk(reading, keys, 0);
}

function walk(
  here: Leaf | Reading | undefined,
  keys: readonly string[],
  from: number,
): Leaf | Reading | undefined {
  if (from === keys.length) return here;
  if (typeof here !== "object" || here === null) return undefined;
  let key = "";
  for (let to = from; to < keys.length; to += 1) {
    key = to === from ? (keys[to] ?? "") : `${key}.${keys[to] ?? ""}`;
    if (!isOwn(here, key)) continue;
    const found = walk((here as Reading)[key], keys, to + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
