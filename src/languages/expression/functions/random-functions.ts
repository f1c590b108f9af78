// Chance. Its source is given: tests and replays need one that they know.
import { ExpressionError } from "../expression-error.ts";
import type { FunctionDefinition } from "../function-definition.ts";
import { wholeOf } from "../methods/text-methods.ts";
import { itemsOf } from "../sequence.ts";
import type { Value } from "../value.ts";
import { takeList } from "../work.ts";

export interface BuiltInNeeds {
  /** From 0 to below 1. */
  random(): number;
}

export function randomFunctions({ random }: BuiltInNeeds): readonly FunctionDefinition[] {
  return [
    {
      name: "random",
      group: "random",
      doc: "A number from 0 to below 1.",
      parameters: [],
      call: () => random(),
    },
    {
      name: "randomint_between",
      group: "random",
      doc: "A whole number between two others, these two among them.",
      parameters: [{ name: "int1" }, { name: "int2" }],
      call([first, second]) {
        const [low, high] = [wholeOf(first), wholeOf(second)];
        if (low > high) throw new ExpressionError("the first number is not above the second");
        return low + Math.floor(random() * (high - low + 1));
      },
    },
    {
      name: "shuffle",
      group: "random",
      doc: "The items of a list in another order, as another list.",
      parameters: [{ name: "list" }],
      call([list = null], _host, work) {
        const items = [...itemsOf(list, work)];
        takeList(work, items.length);
        return shuffled(items, random);
      },
    },
  ];
}

function shuffled(items: Value[], random: () => number): Value[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    [items[last], items[other]] = [items[other] ?? null, items[last] ?? null];
  }
  return items;
}
