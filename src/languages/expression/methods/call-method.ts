// The methods that values have: a fixed list for each type, and nothing beside it.
import { ExpressionError, shown } from "../expression-error.ts";
import { bindArguments, type Given } from "../function-definition.ts";
import { isDictionary, isList, isSet, Tuple, typeName, type Value } from "../value.ts";
import type { Work } from "../work.ts";
import { dictionaryMethods } from "./dictionary-methods.ts";
import { listMethods } from "./list-methods.ts";
import type { Methods } from "./method.ts";
import { setMethods } from "./set-methods.ts";
import { textMethods } from "./text-methods.ts";

interface MethodCall extends Given<Value> {
  readonly target: Value;
  readonly name: string;
}

/** `target.name(…)`. Throws when values of that type have no such method, or it does not take the arguments. */
export function callMethod(call: MethodCall, work: Work): Value {
  const { target } = call;
  if (typeof target === "string") return apply(textMethods, { ...call, target }, work);
  if (isList(target)) return apply(listMethods, { ...call, target }, work);
  if (target instanceof Tuple) return apply(listMethods, { ...call, target: target.items }, work);
  if (isSet(target)) return apply(setMethods, { ...call, target }, work);
  if (isDictionary(target)) return apply(dictionaryMethods, { ...call, target }, work);
  throw unknownMethod(target, call.name);
}

function apply<Target>(
  methods: Methods<Target>,
  call: Omit<MethodCall, "target"> & { readonly target: Target },
  work: Work,
): Value {
  const method = methods.get(call.name);
  if (method === undefined) throw unknownMethod(call.target, call.name);
  const args = bindArguments({ ...method, name: call.name }, call, (value) => value);
  return method.call(call.target, args, work);
}

function unknownMethod(target: unknown, name: string): ExpressionError {
  return new ExpressionError(`${typeName(target)} has no method ${shown(name)}`);
}
