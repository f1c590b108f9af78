// What is made of the values of one span.
import { expect, it } from "vitest";
import type { Batch, Metric } from "../metric/metric.ts";
import { addToSpan, aggregates, batchesOfSpans, beginSpan, sourceOf } from "./rolled-span.ts";

const batch: Batch = { origin: "push", host: "web1", timestampMs: 0, metrics: [] };
const metric = (value: number, timestampMs: number): Metric => ({
  name: "a",
  tags: { b: "c" },
  value,
  timestampMs,
});

function spanOf(
  values: readonly (readonly [value: number, timestampMs: number])[],
  from = batch,
  endMs = 10_000,
) {
  const [first = [0, 0] as const, ...more] = values;
  const span = beginSpan(metric(...first), { source: sourceOf(from), key: "a", endMs });
  for (const one of more) addToSpan(span, metric(...one));
  return span;
}

const impossible = () => {
  throw new Error("it is a metric");
};

it("is each of the aggregates, by its name", () => {
  const span = spanOf([
    [4, 1000],
    [-2, 3000],
    [9, 2000],
    [1, 2500],
  ]);
  const [given] = batchesOfSpans([span], aggregates, impossible);
  expect(given?.metrics.map(({ name, value }) => [name, value])).toEqual([
    ["a.avg", 3],
    ["a.min", -2],
    ["a.max", 9],
    ["a.sum", 12],
    ["a.count", 4],
    ["a.last", -2],
  ]);
  for (const one of given?.metrics ?? [])
    expect(one).toMatchObject({ tags: { b: "c" }, timestampMs: 10_000 });
});

it("has the last of two values with the same time, and the name alone where one aggregate is wanted", () => {
  const span = spanOf([
    [1, 1000],
    [2, 1000],
  ]);
  expect(batchesOfSpans([span], ["last"], impossible)[0]?.metrics).toMatchObject([{ name: "a", value: 2 }]);
});

it("goes in batches of one source and one span, the older ones first", () => {
  const other = { ...batch, host: "web2" };
  const collected: Batch = { ...batch, origin: "collectors", collector: "cpustats" };
  const spans = [
    spanOf([[1, 0]], batch, 20_000),
    spanOf([[2, 0]], other),
    spanOf([[3, 0]]),
    spanOf([[4, 0]], other),
    spanOf([[5, 0]], collected),
  ];
  const given = batchesOfSpans(spans, ["sum"], impossible);
  expect(
    given.map(({ metrics, ...facts }) => ({ ...facts, values: metrics.map(({ value }) => value) })),
  ).toEqual([
    { origin: "push", host: "web2", timestampMs: 10_000, values: [2, 4] },
    { origin: "push", host: "web1", timestampMs: 10_000, values: [3] },
    { origin: "collectors", collector: "cpustats", host: "web1", timestampMs: 10_000, values: [5] },
    { origin: "push", host: "web1", timestampMs: 20_000, values: [1] },
  ]);
});
