// /proc/meminfo (proc(5)): what the memory is used for, in kibibytes, and numbers of huge pages.
import { columnsOf, counterOf, keyAndValue } from "./columns.ts";

/** By the kernel's names in lower case, in the text's order. */
export type MemoryFigures = ReadonlyMap<string, number>;

export function parseMeminfo(text: string): MemoryFigures {
  const figures = new Map<string, number>();
  for (const line of text.split("\n")) {
    const pair = keyAndValue(line);
    if (pair === undefined || pair.key === "") continue;
    const [first, unit = "kB", surplus] = columnsOf(pair.value);
    const figure = counterOf(first);
    if (figure === undefined || unit !== "kB" || surplus !== undefined) continue;
    figures.set(pair.key.toLowerCase(), figure);
  }
  return figures;
}
