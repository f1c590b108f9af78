// Each flush has a moment of its own on the wall clock's grid, whatever the clock and the event loop do.
import fc from "fast-check";
import { expect, it } from "vitest";
import { FlushTimes } from "./flush-times.ts";

const start = 1_700_000_000_000;

it("is the end of the interval that is over", () => {
  const times = new FlushTimes(10_000);
  expect(times.firstIn(start + 9_990)).toBe(10 + 100);
  expect(times.next(start + 10_100)).toEqual({ atMs: start + 10_000, spanMs: 10_000 });
  expect(times.next(start + 20_100)).toEqual({ atMs: start + 20_000, spanMs: 10_000 });
});

it("says how long was gathered after flushes that fell away", () => {
  const times = new FlushTimes(1000);
  times.next(start + 100);
  expect(times.next(start + 3900)).toEqual({ atMs: start + 3000, spanMs: 3000 });
});

it("waits where the clock was set back, and follows it where that was much", () => {
  const times = new FlushTimes(1000);
  times.next(start + 5000);
  expect([times.next(start + 5999), times.next(start - 2000)]).toEqual([undefined, undefined]);
  expect(times.next(start + 6000)).toEqual({ atMs: start + 6000, spanMs: 1000 });
  expect(times.next(start - 3_600_000)).toEqual({ atMs: start - 3_600_000, spanMs: 1000 });
});

it("has a place for what is left at the end", () => {
  const times = new FlushTimes(1000);
  times.next(start);
  expect(times.final(start + 500)).toEqual({ atMs: start + 1000, spanMs: 1000 });
  expect(new FlushTimes(1000).final(start + 500)).toEqual({ atMs: start, spanMs: 1000 });
});

it("is never the same twice, however late flushes are, while the clock goes on", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 25_000 }), { maxLength: 60 }), (steps) => {
      const times = new FlushTimes(10_000);
      let nowMs = start;
      const found = steps.flatMap((step) => {
        nowMs += step;
        return times.next(nowMs) ?? [];
      });
      const moments = found.map(({ atMs }) => atMs);
      expect(new Set(moments).size).toBe(moments.length);
      const gathered = found.reduce((sum, { spanMs }) => sum + spanMs, 0);
      if (found.length > 0) expect(gathered).toBe((moments.at(-1) ?? 0) - (moments[0] ?? 0) + 10_000);
    }),
  );
});
