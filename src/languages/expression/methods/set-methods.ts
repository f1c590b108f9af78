// What sets can be asked. Other sets may be given as lists too.
import { isWithin, setOf } from "../comparison.ts";
import { itemsOf } from "../sequence.ts";
import { difference, intersection, type SetOperation, symmetricDifference, union } from "../set-algebra.ts";
import type { Value } from "../value.ts";
import type { Work } from "../work.ts";
import type { Method, Methods } from "./method.ts";

type Target = ReadonlySet<Value>;

/** With any number of others, one after another. */
function combining(operation: SetOperation): Method<Target> {
  return {
    parameters: [{ name: "others" }],
    rest: true,
    call: (target, others, work) =>
      others.reduce<Target>((set, other) => operation(set, setOf(itemsOf(other, work), work), work), target),
  };
}

function asking(answer: (target: Target, other: Target, work: Work) => boolean): Method<Target> {
  return {
    parameters: [{ name: "other" }],
    call: (target, [other = null], work) => answer(target, setOf(itemsOf(other, work), work), work),
  };
}

export const setMethods: Methods<Target> = new Map([
  ["union", combining(union)],
  ["intersection", combining(intersection)],
  ["difference", combining(difference)],
  ["symmetric_difference", combining(symmetricDifference)],
  ["issubset", asking((target, other, work) => isWithin(target, other, work))],
  ["issuperset", asking((target, other, work) => isWithin(other, target, work))],
  ["isdisjoint", asking((target, other, work) => intersection(target, other, work).size === 0)],
  ["copy", { parameters: [], call: (target: Target) => target }],
]);
