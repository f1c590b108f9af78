// What dicts can be asked.
import { entriesOf, keysOf, sizeOf, valueAt } from "../dictionary.ts";
import { type Dictionary, Tuple } from "../value.ts";
import { takeList } from "../work.ts";
import type { Methods } from "./method.ts";

export const dictionaryMethods: Methods<Dictionary> = new Map([
  [
    "keys",
    {
      parameters: [],
      call(target, _args, work) {
        takeList(work, sizeOf(target));
        return keysOf(target);
      },
    },
  ],
  [
    "values",
    {
      parameters: [],
      call(target, _args, work) {
        takeList(work, sizeOf(target));
        return entriesOf(target).map(([, value]) => value);
      },
    },
  ],
  [
    "items",
    {
      parameters: [],
      call(target, _args, work) {
        takeList(work, sizeOf(target));
        return entriesOf(target).map((entry) => new Tuple(entry));
      },
    },
  ],
  [
    "get",
    {
      parameters: [{ name: "key" }, { name: "default", fallback: null }],
      call: (target, [key = null, fallback = null]) => valueAt(target, key) ?? fallback,
    },
  ],
  ["copy", { parameters: [], call: (target) => target }],
] satisfies [string, Methods<Dictionary> extends ReadonlyMap<string, infer M> ? M : never][]);
