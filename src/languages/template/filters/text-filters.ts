// Filters that change letters.

import { dictionaryOf } from "../../expression/dictionary.ts";
import { stripText } from "../../expression/methods/split-text.ts";
import { capitalized, replaced, widened } from "../../expression/methods/text-methods.ts";
import { fillPercent, readPercentPattern } from "../../expression/percent-format.ts";
import { present, Tuple } from "../../expression/value.ts";
import { takeText } from "../../expression/work.ts";
import { isMarked, marked, unmarked } from "../text.ts";
import { type FilterEntry, filterOf, needed, numberFrom, textFilter, textFrom } from "./filter.ts";

/** Words after space, dashes and opening brackets begin with a large letter. */
function titled(text: string): string {
  return text
    .split(/([-\s({[<]+)/)
    .map((piece) => capitalized(piece))
    .join("");
}

const format: FilterEntry = [
  "format",
  (value, { positional, named }, tools) => {
    const pattern = textFrom(value, tools);
    takeText(tools.work, pattern.length);
    const values = positional.map((operand) => present(unmarked(operand)));
    const byName = named.map(([name, operand]) => [name, present(unmarked(operand))] as const);
    const filling = byName.length > 0 ? dictionaryOf(byName) : new Tuple(values);
    return fillPercent(readPercentPattern(pattern), filling, tools.work);
  },
];

export const textFilters: readonly FilterEntry[] = [
  format,
  textFilter("upper", {}, (text) => text.toUpperCase()),
  textFilter("lower", {}, (text) => text.toLowerCase()),
  textFilter("capitalize", {}, (text) => capitalized(text)),
  textFilter("title", {}, (text) => titled(text)),
  textFilter("trim", { chars: null }, (text, [chars]) =>
    stripText(text, typeof chars === "string" ? chars : undefined, "both"),
  ),
  textFilter("center", { width: 80 }, (text, [width], { work }) =>
    widened(text, numberFrom(width), { side: "both", sign: " ", work }),
  ),
  textFilter("replace", { old: needed, new: needed, count: null }, (text, [old, fresh, count], { work }) =>
    replaced(text, [old ?? "", fresh ?? "", count ?? -1], work),
  ),
  textFilter("wordcount", {}, (text) => text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
  filterOf("string", {}, (value, _args, tools) =>
    isMarked(value) ? marked(value.text) : textFrom(value, tools),
  ),
];
