// Which spans find room in memory: now's always, late ones as far as they are borne.
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { Heads } from "./heads.ts";
import { parseResolution, withSpans } from "./resolution.ts";

const minuteMs = 60_000;
/** Fourteen minutes, or four, before spans of two hours, or of ten minutes, end. */
const start = Date.UTC(2026, 0, 10, 13, 56);

function headsOfTest(text: string, maxSeries = 20_000) {
  const parsed = parseResolution(text);
  const [resolution] = withSpans(parsed === undefined ? [] : [parsed]);
  if (resolution === undefined) throw new Error("no resolution");
  const clock = fakeClock(start);
  const calls = { ended: 0, lost: 0 };
  const tallies = {
    ...{ kept() {}, refused() {}, overflow() {}, dropped() {}, damaged() {}, wrote() {} },
    lost: (points: number) => {
      calls.lost += points;
    },
  };
  const heads = new Heads(resolution, {
    ...{ clock, tallies, maxSeries },
    aggregationOf: () => "avg",
    hasRoomFor: () => true,
    onEnded: () => {
      calls.ended += 1;
    },
  });
  /** A point of each of so many series; gives how often it was taken or not, and why. */
  const add = (timeMs: number, series: number) => {
    const counts: Record<string, number> = {};
    for (let number = 0; number < series; number += 1) {
      const outcome = heads.add(`series.${number}`, timeMs, 1) ?? "taken";
      counts[outcome] = (counts[outcome] ?? 0) + 1;
    }
    return counts;
  };
  const seal = () => {
    for (const head of heads.takeEnded(clock.now())) heads.remove(head);
  };
  const entries = () => heads.all.reduce((sum, { seriesCount }) => sum + seriesCount, 0);
  return { heads, clock, calls, add, seal, entries, spanMs: resolution.spanMs };
}

describe("the span of now", () => {
  it.each([
    ["twelve spans of all series", "10s:1d", { own: 5000, spans: 12, late: 5000 }],
    ["few spans of many series", "10s:1d", { own: 12_000, spans: 4, late: 9000 }],
    ["more short spans than are open at once", "1s:1d", { own: 1000, spans: 18, late: 1000 }],
  ])("finds room right after %s came late", async (_, text, { own, spans, late }) => {
    const { clock, add, seal, calls, entries, heads, spanMs } = headsOfTest(text);
    expect(add(clock.now(), own)).toEqual({ taken: own });
    for (let back = 1; back <= spans; back += 1) add(clock.now() - back * spanMs, late);
    for (let minute = 0; minute < 30; minute += 1) {
      await clock.advance(minuteMs);
      expect(add(clock.now(), own)).toEqual({ taken: own });
      expect(heads.all.length).toBeLessThanOrEqual(16);
      expect(entries()).toBeLessThanOrEqual(4 * 20_000);
      seal();
    }
    expect(calls).toEqual({ ended: expect.any(Number), lost: 0 });
    expect(calls.ended).toBeGreaterThan(0);
  });

  it("finds room while blocks of others are still being made, once", async () => {
    const { clock, add, heads, spanMs } = headsOfTest("1s:1d", 10);
    add(clock.now(), 10);
    for (let back = 1; back <= 9; back += 1) add(clock.now() - back * spanMs, 10);
    expect(heads.all.filter(({ ended }) => ended)).toHaveLength(1);
    await clock.advance(spanMs);
    expect(add(clock.now(), 10)).toEqual({ taken: 10 });
    // What comes late waits for a block.
    expect(add(clock.now() - 20 * spanMs, 10)).toEqual({ busy: 10 });
  });

  it("is never ended for others", () => {
    const { clock, add, heads, spanMs, seal } = headsOfTest("1s:1d", 1);
    const nowStart = Math.floor(start / spanMs) * spanMs;
    add(clock.now(), 1);
    for (const ahead of [1, 2, 3, 4, 5, 1, 2, 3, 4, 5]) {
      add(clock.now() + ahead * spanMs, 1);
      seal();
    }
    expect(heads.all.some(({ startMs, ended }) => startMs === nowStart && !ended)).toBe(true);
    heads.failing = true;
    for (const ahead of [1, 2, 3, 4, 5]) add(clock.now() + ahead * spanMs, 1);
    expect(heads.all.some(({ startMs, ended }) => startMs === nowStart && !ended)).toBe(true);
  });

  it("takes all series although a host's clock is ahead and late points fill the memory", () => {
    const { clock, add, spanMs, entries, heads } = headsOfTest("1s:1d", 10);
    add(clock.now() + 5 * spanMs, 10);
    for (let back = 1; back <= 3; back += 1) add(clock.now() - back * spanMs, 10);
    expect(entries()).toBe(40);
    expect(add(clock.now(), 10)).toEqual({ taken: 10 });
    expect(heads.all.length).toBeLessThanOrEqual(6);
  });
});

it("memory stays bounded when no block is ever finished", async () => {
  const { clock, add, entries, heads, spanMs } = headsOfTest("1s:1d", 10);
  for (let round = 0; round < 30; round += 1) {
    add(clock.now(), 10);
    for (let back = 1; back <= 5; back += 1) add(clock.now() - (round + back) * spanMs, 10);
    expect(entries()).toBeLessThanOrEqual(6 * 10);
    expect(heads.all.length).toBeLessThanOrEqual(16);
    await clock.advance(spanMs);
  }
});

it("late spans find room again as soon as a block was made", () => {
  const { clock, add, seal, spanMs } = headsOfTest("10s:1d", 20_000);
  for (let back = 0; back < 11; back += 1) {
    expect(add(clock.now() - back * spanMs, 5000)).toEqual({ taken: 5000 });
    seal();
  }
});
