// Rates over every kind of value, where counters wrap, and where there is only one value.
import { expect, it } from "vitest";
import type { CollectdValue } from "../../formats/collectd-packet/value-list.ts";
import { rateOf } from "./rate.ts";

type Count = number | bigint;

it.each<[CollectdValue["kind"], Count | undefined, Count, number | undefined]>([
  ["gauge", undefined, 1.5, 1.5],
  ["gauge", 7, -2, -2],
  ["counter", undefined, 5, undefined],
  ["counter", 5, 15, 5],
  ["counter", 2 ** 32 - 1, 9, 5],
  ["counter", 2 ** 32, 2 ** 32 - 2, (2 ** 64 - 2) / 2],
  ["counter", 2n ** 64n - 1n, 9, 5],
  ["counter", 2n ** 63n, 2n ** 63n + 10n, 5],
  ["derive", undefined, 5, undefined],
  ["derive", 15, 5, -5],
  ["derive", -5, 5, 5],
  ["derive", 2n ** 63n - 5n, -(2n ** 63n) + 5n, 5],
  ["derive", 2 ** 53 - 1, 2n ** 53n + 9n, 5],
  ["absolute", undefined, 40, 4],
  ["absolute", 100, 40, 20],
])("%s %s, two seconds later %s", (kind, before, value, rate) => {
  const earlier = before === undefined ? undefined : { value: before, elapsedMs: 2000 };
  expect(rateOf({ kind, value }, earlier, 10_000)).toBe(rate);
});
