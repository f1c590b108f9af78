// `value.name` and `value[key]` in templates: own keys of plain data, and nothing behind them.
import { valueAt } from "../expression/dictionary.ts";
import { ExpressionError } from "../expression/expression-error.ts";
import { findItem } from "../expression/sequence.ts";
import {
  isDictionary,
  isPlainDictionary,
  isValue,
  MarkedText,
  Missing,
  type Operand,
  present,
  Tuple,
  typeName,
} from "../expression/value.ts";
import type { Work } from "../expression/work.ts";
import { Callable, type ForeignFunction, foreignCallable, handedAround, Namespace } from "./callable.ts";

/** Something that came with the data, or was made by a template. Undefined stays. */
export function admitted(found: unknown, name: string, owner?: unknown): Operand | undefined {
  if (found === undefined || isValue(found)) return found;
  if (found instanceof Missing) return found;
  if (found instanceof MarkedText) return found as unknown as Operand;
  if (found instanceof Callable || found instanceof Namespace) return handedAround(found);
  if (typeof found !== "function") throw new ExpressionError(`${name} is not plain data`);
  return handedAround(foreignCallable(name, found as ForeignFunction, owner));
}

function undefinedMember(target: unknown, name: string): Missing {
  return new Missing(name, `'${typeName(target)}' has no '${name}'`);
}

/** `target.name`. What is not there is undefined; of what is undefined nothing can be taken. */
export function attributeOf(target: Operand, name: string): Operand {
  return memberOf(present(target), name) ?? undefinedMember(target, name);
}

function memberOf(target: unknown, name: string): Operand | undefined {
  if (target instanceof Namespace) return target.values.get(name);
  if (isPlainDictionary(target)) {
    return Object.hasOwn(target, name) ? admitted(target[name], name, target) : undefined;
  }
  if (isDictionary(target)) return admitted(valueAt(target, name), name);
  // Pairs that groupby makes have names.
  if (target instanceof Tuple && name === "grouper") return target.items[0];
  return target instanceof Tuple && name === "list" ? target.items[1] : undefined;
}

/** `target[key]`. */
export function itemOf(target: Operand, key: Operand, work: Work): Operand {
  const [container, wanted] = [present(target), present(key)];
  const name = typeof wanted === "string" ? wanted : undefined;
  if (name !== undefined && !isDictionary(container)) return attributeOf(container, name);
  if (name !== undefined && isPlainDictionary(container)) return attributeOf(container, name);
  return findItem(container, wanted, work) ?? undefinedMember(container, String(wanted));
}

/** `a.b.0` from a filter's argument. */
export function pathOf(target: Operand, path: Operand, work: Work): Operand {
  if (typeof path !== "string") return itemOf(target, path, work);
  let found = target;
  for (const name of path.split(".")) {
    found = /^\d+$/.test(name) ? itemOf(found, Number(name), work) : attributeOf(found, name);
  }
  return found;
}
