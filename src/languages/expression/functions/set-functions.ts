// Sets and the order of lists.
import { setOf } from "../comparison.ts";
import type { FunctionDefinition } from "../function-definition.ts";
import { itemsOf } from "../sequence.ts";
import { difference, intersection, type SetOperation } from "../set-algebra.ts";
import { takeList } from "../work.ts";

function ofSets(name: string, doc: string, operation: SetOperation): FunctionDefinition {
  return {
    name,
    group: "set",
    doc,
    parameters: [{ name: "set1" }, { name: "set2" }],
    call([left = null, right = null], _host, work) {
      return operation(setOf(itemsOf(left, work), work), setOf(itemsOf(right, work), work), work);
    },
  };
}

export const setFunctions: readonly FunctionDefinition[] = [
  ofSets("set_difference", "What is in the first but not in the second.", difference),
  ofSets("set_intersection", "What is in both.", intersection),
  {
    name: "reverse",
    group: "set",
    doc: "The items of a list from the last to the first, as another list.",
    parameters: [{ name: "list" }],
    call([list = null], _host, work) {
      const items = itemsOf(list, work);
      takeList(work, items.length);
      return items.toReversed();
    },
  },
];
