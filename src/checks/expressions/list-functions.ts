// The functions of the expression language, for people.
import { functionPrototype } from "../../languages/expression/index.ts";
import type { Expressions } from "./expressions.ts";

export interface FunctionListing {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly group: string;
  readonly prototype: string;
  readonly doc: string;
}

/** By group, then by name. */
export function listFunctions({ functions }: Pick<Expressions, "functions">): FunctionListing[] {
  return functions
    .map((definition) => ({
      ...{ name: definition.name, aliases: definition.aliases ?? [], group: definition.group },
      ...{ prototype: functionPrototype(definition), doc: definition.doc },
    }))
    .sort((one, other) => compare(one.group, other.group) || compare(one.name, other.name));
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
