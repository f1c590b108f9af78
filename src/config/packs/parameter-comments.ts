// The comments that stand at a key: right above it, and behind it on its line.
import type { ParsedNode } from "yaml";
import type { Entry } from "./parameter-text.ts";

/** Begins the line that every edit leaves at the end of the file (contract 1.6). */
export const changeMark = "# CHANGE: (";

/** Without `#` and the space after it, from top to bottom. */
export function commentsAt(text: string, entry: Entry): string[] {
  const from = entry.key.range[0];
  const above = text.slice(0, from).split("\n").slice(0, -1);
  const first = above.findLastIndex((line) => !/^\s*#/.test(line) || line.startsWith(changeMark));
  return [...above.slice(first + 1), ...behind(text, entry)].map((line) =>
    line.replace(/^\s*# ?/, "").trimEnd(),
  );
}

/** Behind a value of one line, or behind the colon of a list that begins in the next. */
function behind(text: string, { key, value }: Entry): string[] {
  const end = value === null || startsLater(text, key, value) ? key.range[1] : value.range[1];
  const rest = /^[^\n]*/.exec(text.slice(end))?.[0] ?? "";
  const comment = /^[\s:,]*?(?:^|\s)(#.*)$/.exec(rest)?.[1];
  return comment === undefined ? [] : [comment];
}

function startsLater(text: string, key: ParsedNode, value: ParsedNode): boolean {
  return text.slice(key.range[1], value.range[0]).includes("\n");
}
