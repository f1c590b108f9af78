// What two sets make together.
import { hasItem, setOf } from "./comparison.ts";
import type { Value } from "./value.ts";
import type { Work } from "./work.ts";

export type SetOperation = (
  left: ReadonlySet<Value>,
  right: ReadonlySet<Value>,
  work: Work,
) => ReadonlySet<Value>;

export const union: SetOperation = (left, right, work) => setOf([...left, ...right], work);

export const intersection: SetOperation = (left, right, work) =>
  setOf(
    [...left].filter((item) => hasItem(right, item, work)),
    work,
  );

export const difference: SetOperation = (left, right, work) =>
  setOf(
    [...left].filter((item) => !hasItem(right, item, work)),
    work,
  );

export const symmetricDifference: SetOperation = (left, right, work) =>
  union(difference(left, right, work), difference(right, left, work), work);
