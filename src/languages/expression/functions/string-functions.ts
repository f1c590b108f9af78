// Texts: letters, pieces.
import type { FunctionDefinition } from "../function-definition.ts";
import { splitText } from "../methods/split-text.ts";
import { joinedTexts, textOf } from "../methods/text-methods.ts";
import { itemsOf } from "../sequence.ts";
import type { Value } from "../value.ts";
import { takeSearch, takeText } from "../work.ts";

function ofText(name: string, doc: string, answer: (text: string) => Value): FunctionDefinition {
  return {
    name,
    group: "string",
    doc,
    parameters: [{ name: "string" }],
    call([text], _host, work) {
      takeText(work, textOf(text).length);
      return answer(textOf(text));
    },
  };
}

export const stringFunctions: readonly FunctionDefinition[] = [
  ofText("string_upper", "The text in large letters.", (text) => text.toUpperCase()),
  ofText("string_lower", "The text in small letters.", (text) => text.toLowerCase()),
  {
    name: "string_split",
    group: "string",
    doc: "The pieces of the text between the places where the separator stands.",
    parameters: [{ name: "string" }, { name: "split_character" }],
    call([text, separator], _host, work) {
      const sign = textOf(separator);
      takeSearch(work, textOf(text), sign);
      return splitText(textOf(text), { separator: sign, most: -1, isFromRight: false, work });
    },
  },
  {
    name: "string_join",
    group: "string",
    doc: "The texts of a list as one, with a text between them.",
    parameters: [{ name: "list" }, { name: "join_character" }],
    call: ([list = null, separator], _host, work) =>
      joinedTexts(textOf(separator), itemsOf(list, work), work),
  },
];
