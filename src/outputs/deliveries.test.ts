import { expect, it } from "vitest";
import type { Batch } from "../metric/metric.ts";
import { deliveriesOf, halvesOf, withOneAlone } from "./deliveries.ts";
import type { Delivery } from "./output.ts";

const batch = (...names: string[]): Batch => ({
  origin: "push",
  host: "",
  timestampMs: 1,
  metrics: names.map((name) => ({ name, tags: {}, value: 1, timestampMs: 1 })),
});
const to = { batch: 2, record: 1, metric: 5 };
const [whole] = deliveriesOf(
  { batches: [batch("a", "b", "c"), batch("d", "e")], firstMetrics: [10, 20], to },
  { atMost: 100, hostname: "own", mark: "mark" },
);
const shown = ({ id, parcels }: Delivery) => [
  id,
  ...parcels.map((parcel) => [parcel.id, parcel.metrics.map(({ name }) => name).join("")]),
];
const cut = (parts: (delivery: Delivery) => readonly Delivery[]) =>
  whole === undefined ? [] : parts(whole).map(shown);

it("names parts by what is in them, wherever they are cut", () => {
  expect(cut((delivery) => [delivery])).toEqual([["mark-10-5", ["mark-10-3", "abc"], ["mark-20-2", "de"]]]);
  expect(cut(halvesOf)).toEqual([
    ["mark-10-2", ["mark-10-2", "ab"]],
    ["mark-12-3", ["mark-12-1", "c"], ["mark-20-2", "de"]],
  ]);
  expect(cut((delivery) => withOneAlone(delivery, 8))).toEqual([
    ["mark-10-3", ["mark-10-3", "abc"]],
    ["mark-20-1", ["mark-20-1", "d"]],
    ["mark-21-1", ["mark-21-1", "e"]],
  ]);
  expect(cut((delivery) => withOneAlone(delivery, 0))).toHaveLength(2);
});

it("gives each delivery of a batch that is too large for one an id of its own", () => {
  const large = batch("a", "b", "c", "d", "e");
  const stretch = { batches: [batch("z"), large], firstMetrics: [9, 10], to };
  const deliveries = deliveriesOf(stretch, { atMost: 2, hostname: "own", mark: "mark" });
  expect(deliveries.map(shown)).toEqual([
    ["mark-9-2", ["mark-9-1", "z"], ["mark-10-1", "a"]],
    ["mark-11-2", ["mark-11-2", "bc"]],
    ["mark-13-2", ["mark-13-2", "de"]],
  ]);
  expect(deliveries.map(({ sequence, count }) => [sequence, count])).toEqual([
    [9, 2],
    [11, 2],
    [13, 2],
  ]);
});
