// What a method of a value is.
import type { Signature } from "../function-definition.ts";
import type { Value } from "../value.ts";
import type { Work } from "../work.ts";

export interface Method<Target> extends Signature {
  call(target: Target, args: readonly Value[], work: Work): Value;
}

export type Methods<Target> = ReadonlyMap<string, Method<Target>>;
