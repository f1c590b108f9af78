import { expect, it } from "vitest";
import type { Batch, Metric, Origin } from "../metric/metric.ts";
import { metricText } from "./metric-text.ts";

const metric = (name: string, value: number, timestampMs: number, tags = {}): Metric => ({
  ...{ name, tags, value, timestampMs },
});
const batch = (origin: Origin, metrics: readonly Metric[], host = ""): Batch => ({
  ...{ origin, host, timestampMs: 9000, metrics },
});
const read = (...batches: readonly Batch[]) =>
  (JSON.parse(metricText(batches, "own")) as { metric_data: unknown }).metric_data;

it.each<[Origin, string]>([
  ["append", ""],
  ["programs", ""],
  ["collectors", "own"],
  ["statsd", "own"],
  ["push", "own"],
])("what comes from %s without a host is of %j", (origin, hostname) => {
  const metrics = { a: 1 };
  expect(read(batch(origin, [metric("a", 1, 9000)]))).toEqual([{ hostname, timestamp: 9, metrics }]);
  expect(read(batch(origin, [metric("a", 1, 9000)], "web"))).toMatchObject([{ hostname: "web" }]);
});

it("gives each value at its own time, and each of those that have the same name", () => {
  const metrics = [
    metric("a", 1, 1000),
    metric("a", 2, 2000),
    metric("b", 3, 1999),
    metric("a", -0, 1500),
    metric("a", 5, 1000, { t: "x" }),
  ];
  expect(read(batch("push", metrics))).toEqual([
    { hostname: "own", timestamp: 1, metrics: { a: 1, b: 3 } },
    { hostname: "own", timestamp: 2, metrics: { a: 2 } },
    { hostname: "own", timestamp: 1, metrics: { a: -0, "a;t=x": 5 } },
  ]);
});

it("leaves an entry as it was handed in", () => {
  const entry = batch("append", [metric("a", 1, 1000), metric("b", 2, 2000)]);
  expect(read(entry)).toEqual([{ hostname: "", timestamp: 9, metrics: { a: 1, b: 2 } }]);
  expect(read(batch("append", []), batch("push", []))).toEqual([
    { hostname: "", timestamp: 9, metrics: {} },
    { hostname: "own", timestamp: 9, metrics: {} },
  ]);
  expect(metricText([], "own")).toBe('{"metric_data":null,"message":""}');
});
