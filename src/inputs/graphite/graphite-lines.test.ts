// Lines known and not known say the same, however their numbers are written.
import fc from "fast-check";
import { expect, it } from "vitest";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import type { Metric } from "../../metric/metric.ts";
import { createGraphiteLines } from "./graphite-lines.ts";

function open() {
  const metrics: Metric[] = [];
  const faults: string[] = [];
  const lines = createGraphiteLines(fakeClock(5000), {
    onMetric: (metric) => void metrics.push(metric),
    onFault: (reason) => void faults.push(reason),
  });
  const take = (text: string) => {
    const bytes = Buffer.from(text);
    lines(bytes, 0, bytes.length);
  };
  return { take, metrics, faults };
}

it("values of any length and with exponents", () => {
  const { take, metrics, faults } = open();
  const values = ["1", "1e3", "-2.5E-3", "0.1234567890123456", ".5", "1e999", "x", "7"];
  for (const value of values) take(`a;b=c ${value} 10`);
  expect(metrics.map(({ value }) => value)).toEqual([1, 1000, -0.0025, 0.1234567890123456, 0.5, 7]);
  expect(faults).toEqual(["a value that is not finite", "a value that is no number"]);
});

it("a line says the same to whom knows others as to whom knows none", () => {
  const parts = fc.constantFrom("a", "b;c=d", " ", " ", "\t", "1", "2e2", "N", "-1", "\r", "x");
  const line = fc.array(parts, { maxLength: 8 }).map((list) => list.join(""));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), line, (before, text) => {
      const [knowing, fresh] = [open(), open()];
      for (const one of [...before, ...before, "a 1 10", "b;c=d 1 10", "a\t1 10 "]) knowing.take(one);
      knowing.metrics.length = 0;
      knowing.faults.length = 0;
      knowing.take(text);
      fresh.take(text);
      expect([knowing.metrics, knowing.faults]).toEqual([fresh.metrics, fresh.faults]);
    }),
    { numRuns: 3000 },
  );
});

it("what stands behind another blank is no part of a name", () => {
  const { take, metrics, faults } = open();
  take("a\t1 10 ");
  take("a\t1 10 5");
  expect(metrics).toHaveLength(1);
  expect(faults).toEqual(["more than three fields"]);
});
