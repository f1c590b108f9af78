import fc from "fast-check";
import { expect, it } from "vitest";
import { parseAtTime } from "./at-time.ts";
import { parseTimeOffset } from "./time-offset.ts";
import { localTime, timeOfLocal, timeZone, utc } from "./time-zone.ts";

/** Wednesday. */
const nowS = Date.UTC(2026, 2, 4, 15, 30, 45) / 1000;
const told = (timeS: number | undefined) =>
  timeS === undefined ? undefined : new Date(timeS * 1000).toISOString().slice(0, 19);

it.each([
  ["now", "2026-03-04T15:30:45"],
  ["", "2026-03-04T15:30:45"],
  ["-", "2026-03-04T15:30:45"],
  ["+", "2026-03-04T15:30:45"],
  ["now-", "2026-03-04T15:30:45"],
  ["-24hours", "2026-03-03T15:30:45"],
  ["-1h30min", "2026-03-04T14:00:45"],
  ["now-7d", "2026-02-25T15:30:45"],
  ["now + 5min", "2026-03-04T15:35:45"],
  ["-1w", "2026-02-25T15:30:45"],
  ["-1mon", "2026-02-02T15:30:45"],
  ["-1y", "2025-03-04T15:30:45"],
  ["-30s", "2026-03-04T15:30:15"],
  ["midnight", "2026-03-04T00:00:00"],
  ["noon", "2026-03-04T12:00:00"],
  ["teatime", "2026-03-04T16:00:00"],
  ["today", "2026-03-04T00:00:00"],
  ["yesterday", "2026-03-03T00:00:00"],
  ["noon_yesterday", "2026-03-03T12:00:00"],
  ["tomorrow-1s", "2026-03-04T23:59:59"],
  ["monday", "2026-03-02T00:00:00"],
  ["wednesday", "2026-03-04T00:00:00"],
  ["6pm friday", "2026-02-27T18:00:00"],
  ["8:50", "2026-03-04T08:50:00"],
  ["8:50pm", "2026-03-04T20:50:00"],
  ["12:00_20260131", "2026-01-31T12:00:00"],
  ["20260131", "2026-01-31T00:00:00"],
  ["01/31/26", "2026-01-31T00:00:00"],
  ["01/31/2026", "2026-01-31T00:00:00"],
  ["07/04/99", "1999-07-04T00:00:00"],
  ["january 5", "2026-01-05T00:00:00"],
  ["jan_5", "2026-01-05T00:00:00"],
  ["1700000000", "2023-11-14T22:13:20"],
  ["0", "1970-01-01T00:00:00"],
  ["20261399", "1970-08-23T12:09:59"],
  ["whenever", undefined],
  ["-1foo", undefined],
  ["-1", undefined],
  ["25:00", undefined],
  ["02/30/26", undefined],
  ["20260230", undefined],
  ["jan", undefined],
  ["-999999999999999y", undefined],
  ["9".repeat(30), undefined],
])("%s", (text, time) => {
  expect(told(parseAtTime(text, { zone: utc, nowS }))).toBe(time);
});

it.each([
  ["Asia/Tokyo", "midnight", "2026-03-04T15:00:00"],
  ["America/New_York", "noon", "2026-03-04T17:00:00"],
  ["America/New_York", "noon_20260701", "2026-07-01T16:00:00"],
  ["Asia/Kathmandu", "6am", "2026-03-04T00:15:00"],
  // Once never, and once twice.
  ["Europe/Berlin", "2:30_20260329", "2026-03-29T01:30:00"],
  ["Europe/Berlin", "2:30_20261025", "2026-10-25T01:30:00"],
])("in %s %s", (name, text, time) => {
  const zone = timeZone(name);
  if (zone === undefined) throw new Error("no zone");
  expect(told(parseAtTime(text, { zone, nowS }))).toBe(time);
});

it("knows no zone of another name", () => {
  expect(timeZone("Middle/Earth")).toBeUndefined();
  expect(timeZone("")?.name).toBe("UTC");
});

it("finds a local time again", () => {
  const zones = ["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"];
  fc.assert(
    fc.property(fc.constantFrom(...zones), fc.integer({ min: 0, max: 4_000_000_000 }), (name, timeS) => {
      const zone = timeZone(name) ?? utc;
      const shown = localTime(zone, timeS);
      expect(localTime(zone, timeOfLocal(zone, shown))).toEqual(shown);
    }),
    { numRuns: 300 },
  );
});

it("takes any text without harm", () => {
  const piece = fc.constantFrom(
    "now",
    "-",
    "+",
    "1",
    "99999",
    "min",
    "d",
    ":",
    "/",
    "am",
    "jan",
    "noon",
    "mon",
    "_",
    "20260101",
  );
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(piece, { maxLength: 12 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(text, (source) => {
      const timeS = parseAtTime(source, { zone: utc, nowS });
      expect(timeS === undefined || Number.isFinite(timeS)).toBe(true);
      const span = parseTimeOffset(source);
      expect(span === undefined || Number.isSafeInteger(span)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});
