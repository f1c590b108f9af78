// What lists and tuples can be asked. Nothing changes them.
import { equal } from "../comparison.ts";
import { ExpressionError } from "../expression-error.ts";
import type { Value } from "../value.ts";
import { pythonRepr } from "../value-text.ts";
import { takeList } from "../work.ts";
import type { Method, Methods } from "./method.ts";

const item = [{ name: "item" }];

const index: Method<readonly Value[]> = {
  parameters: item,
  call(target, [wanted = null], work) {
    takeList(work, target.length);
    const place = target.findIndex((other) => equal(other, wanted, work));
    if (place < 0) throw new ExpressionError(`the list has no ${pythonRepr(wanted, 1000)}`);
    return place;
  },
};

const count: Method<readonly Value[]> = {
  parameters: item,
  call(target, [wanted = null], work) {
    takeList(work, target.length);
    return target.filter((other) => equal(other, wanted, work)).length;
  },
};

const copy: Method<readonly Value[]> = { parameters: [], call: (target) => target };

export const listMethods: Methods<readonly Value[]> = new Map([
  ["index", index],
  ["count", count],
  ["copy", copy],
]);
