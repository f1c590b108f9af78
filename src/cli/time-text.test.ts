// Times and spans as people type them.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSpan, parseTime, timeText } from "./time-text.ts";

const noon = new Date(2026, 0, 31, 12, 0, 0).getTime();
const at = (...parts: [number, number, number, number?, number?, number?]) =>
  new Date(parts[0], parts[1] - 1, ...(parts.slice(2) as [number])).getTime() / 1000;

describe("a time", () => {
  it.each<[string, number | undefined]>([
    ["1700000000", 1_700_000_000],
    ["18:30", at(2026, 1, 31, 18, 30)],
    ["9:05", at(2026, 2, 1, 9, 5)],
    ["12:00", at(2026, 2, 1, 12, 0)],
    ["2026-02-28", at(2026, 2, 28, 0, 0)],
    ["2026-02-28 18:30", at(2026, 2, 28, 18, 30)],
    ["2026-02-28T18:30:05", at(2026, 2, 28, 18, 30, 5)],
    ["2026-02-28T18:30Z", Date.UTC(2026, 1, 28, 18, 30) / 1000],
    ["2026-02-28 18:30+02:00", Date.UTC(2026, 1, 28, 16, 30) / 1000],
    ["2026-02-30", undefined],
    ["2026-13-01", undefined],
    ["2026-02-28 25:00", undefined],
    ["24:00", undefined],
    ["tomorrow", undefined],
    ["", undefined],
  ])("%j", (text, seconds) => {
    expect(parseTime(text, noon)).toBe(seconds);
  });

  it("is never anything but a number or nothing", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d: TZ+-]{0,30}$/)), (text) => {
        const seconds = parseTime(text, noon);
        expect(seconds === undefined || Number.isFinite(seconds)).toBe(true);
      }),
    );
  });

  it("is printed as it can be typed", () => {
    for (const seconds of [0, 1_700_000_000, noon / 1000])
      expect(parseTime(timeText(seconds), noon)).toBe(seconds);
    expect(timeText(Number.POSITIVE_INFINITY)).toBe("-");
  });
});

it.each<[string, number | undefined]>([
  ["30", 30_000],
  ["0.5", 500],
  ["2h", 7_200_000],
  ["1h30m", 5_400_000],
  ["-1", undefined],
  ["soon", undefined],
])("a span of %j is %s ms", (text, ms) => {
  expect(parseSpan(text)).toBe(ms);
});
