// Filters that apply tests and other filters to each item.
import { ExpressionError, shown } from "../../expression/expression-error.ts";
import type { Given } from "../../expression/function-definition.ts";
import { isTrue, Missing, type Operand, present, type Value } from "../../expression/value.ts";
import { takeList } from "../../expression/work.ts";
import { pathOf } from "../member.ts";
import { itemsFrom, unmarked } from "../text.ts";
import type { FilterEntry, Tools } from "./filter.ts";

/** Keeps or drops the items, or their attributes, for which a test holds; without a test, those that are true. */
function selecting(name: string, isKeeping: boolean, byAttribute: boolean): FilterEntry {
  return [
    name,
    (value, { positional, named }, tools) => {
      if (named.length > 0) throw new ExpressionError(`${name} takes no arguments by name`);
      const [path = null, ...rest] = byAttribute ? positional : [null, ...positional];
      const [test, ...args] = rest;
      const items = itemsFrom(value, tools.work);
      takeList(tools.work, items.length);
      return items.filter((item) => {
        const found = byAttribute ? pathOf(item, path, tools.work) : item;
        const holds = test === undefined ? isTrue(found) : tools.test(textOf(test), [found, ...args]);
        return holds === isKeeping;
      });
    },
  ];
}

function textOf(operand: Operand): string {
  const text = unmarked(operand);
  if (typeof text === "string") return text;
  throw new ExpressionError("the name of a test or filter is a text in quotes");
}

function mapped(value: Operand, given: Given<Operand>, tools: Tools): Operand {
  const items = itemsFrom(value, tools.work);
  takeList(tools.work, items.length);
  const change = changeOf(given, tools);
  return items.map((item) => kept(change(item)));
}

/** What is undefined is nothing in a list. */
function kept(operand: Operand): Value {
  return operand instanceof Missing ? "" : operand;
}

function changeOf({ positional, named }: Given<Operand>, tools: Tools): (item: Value) => Operand {
  const [name, ...args] = positional;
  if (name !== undefined) return (item) => tools.filter(textOf(name), item, { positional: args, named });
  const byName = new Map(named);
  const attribute = byName.get("attribute");
  const fallback = byName.get("default");
  const other = named.find(([key]) => key !== "attribute" && key !== "default");
  if (attribute === undefined || other !== undefined) {
    throw new ExpressionError(
      `map needs a filter or attribute=${other === undefined ? "" : `, not ${shown(other[0])}`}`,
    );
  }
  const path = present(attribute);
  return (item) => {
    const found = pathOf(item, path, tools.work);
    return found instanceof Missing && fallback !== undefined ? fallback : found;
  };
}

export const selectFilters: readonly FilterEntry[] = [
  selecting("select", true, false),
  selecting("reject", false, false),
  selecting("selectattr", true, true),
  selecting("rejectattr", false, true),
  ["map", mapped],
];
