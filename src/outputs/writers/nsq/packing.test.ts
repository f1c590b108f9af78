// What of a parcel goes into messages: one series never under the name of another one.
import fc from "fast-check";
import { expect, it } from "vitest";
import { metric, parcel } from "../../../../test/support/writing/writing.ts";
import type { Metric } from "../../../metric/metric.ts";
import { seriesKey } from "../../../metric/series.ts";
import { lineOf } from "../exchange/line-format.ts";
import { createLinePacking, createLodaPacking, type Packing } from "./packing.ts";

const loda = () => createLodaPacking({ ns: "web", limitBytes: 1e6, now: () => 1.7e12 });
const pushed = (pack: Packing, metrics: readonly Metric[]) => pack(parcel(metrics, "h", "push"), () => false);

interface Point {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
}

it("leaves out and counts a series that the router would take for another one, at any time", () => {
  const pack = loda();
  const [first, other] = [
    metric({ name: "a b", tags: { k: "v" } }),
    metric({ name: "a-b", tags: { k: " v" } }),
  ];
  for (let round = 0; round < 2; round += 1) {
    expect(pushed(pack, [first])).toMatchObject({ messages: [{ topic: "collect.web" }], refused: 0 });
    expect(pushed(pack, [other])).toEqual({ messages: [], refused: 1 });
  }
});

it("leaves out and counts a line of Graphite that is another series'", () => {
  const pack = createLinePacking({ line: lineOf("graphite"), topic: "t", limitBytes: 1e6 });
  const own = metric({ name: "iostats.reads/s" });
  expect(pack(parcel([own], "h", "collectors"), () => false)).toMatchObject({ refused: 0 });
  expect(pushed(pack, [metric({ name: "iostats.reads_s" })])).toEqual({ messages: [], refused: 1 });
});

it("has no two series in one topic that read alike", () => {
  const text = fc.string({
    minLength: 1,
    maxLength: 4,
    unit: fc.constantFrom("a", "-", " ", ",", "=", "#", "é"),
  });
  const tag = fc.oneof(text, fc.constantFrom("ns", "host"));
  const series = fc.record({
    name: text,
    tags: fc.dictionary(tag, text, { maxKeys: 3, noNullPrototype: true }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(series, { selector: seriesKey }), (all) => {
      const { messages, refused } = pushed(
        loda(),
        all.map((one) => metric(one)),
      );
      const told = messages.flatMap(({ topic, bytes }) =>
        (JSON.parse(bytes.toString()) as { points: Point[] }).points.map(
          ({ measurement: name, tags }) => `${topic} ${seriesKey({ name, tags })}`,
        ),
      );
      expect(new Set(told).size).toBe(told.length);
      expect(told.length + refused).toBe(all.length);
    }),
  );
});
