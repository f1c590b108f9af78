// The functions that touch nothing but their arguments (contract 2.5).
import type { FunctionDefinition } from "../function-definition.ts";
import { basicFunctions } from "./basic-functions.ts";
import { displayFunctions } from "./display-functions.ts";
import { hashFunctions } from "./hash-functions.ts";
import { type BuiltInNeeds, randomFunctions } from "./random-functions.ts";
import { setFunctions } from "./set-functions.ts";
import { stringFunctions } from "./string-functions.ts";

export type { BuiltInNeeds };

/** All of them; functions that touch the system are added by whoever has the system. */
export function builtInFunctions(needs: BuiltInNeeds): readonly FunctionDefinition[] {
  return [
    ...basicFunctions,
    ...stringFunctions,
    ...setFunctions,
    ...hashFunctions,
    ...displayFunctions,
    ...randomFunctions(needs),
  ];
}
