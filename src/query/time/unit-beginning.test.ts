import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { localTime, type TimeZone, timeZone } from "./time-zone.ts";
import { beginningOfUnit } from "./unit-beginning.ts";

function zoneNamed(name: string): TimeZone {
  const zone = timeZone(name);
  if (zone === undefined) throw new Error(`no zone ${name}`);
  return zone;
}

const began = (unit: string, text: string, name: string) =>
  new Date(beginningOfUnit(unit, Date.parse(text) / 1000, zoneNamed(name)) * 1000).toISOString().slice(0, 16);

describe("minutes and hours", () => {
  it.each([
    // 02:00 to 02:59 twice: first from 00:00Z on, then from 01:00Z on.
    ["hours", "2026-10-25T00:30:00Z", "Europe/Berlin", "2026-10-25T00:00"],
    ["hours", "2026-10-25T01:30:00Z", "Europe/Berlin", "2026-10-25T01:00"],
    ["minutes", "2026-10-25T00:30:20Z", "Europe/Berlin", "2026-10-25T00:30"],
    ["seconds", "2026-10-25T00:30:00Z", "Europe/Berlin", "2026-10-25T00:30"],
    ["hours", "2026-03-29T00:59:59Z", "Europe/Berlin", "2026-03-29T00:00"],
    ["hours", "2026-03-29T01:10:00Z", "Europe/Berlin", "2026-03-29T01:00"],
    ["hours", "2026-11-01T05:30:00Z", "America/New_York", "2026-11-01T05:00"],
    ["hours", "2026-11-01T06:30:00Z", "America/New_York", "2026-11-01T06:00"],
    // 01:30 to 01:59 twice: first from 14:30Z on, then from 15:00Z on.
    ["minutes", "2026-04-04T14:40:20Z", "Australia/Lord_Howe", "2026-04-04T14:40"],
    ["hours", "2026-04-04T14:40:00Z", "Australia/Lord_Howe", "2026-04-04T14:00"],
    ["hours", "2026-04-04T15:10:00Z", "Australia/Lord_Howe", "2026-04-04T14:30"],
    ["hours", "2026-10-03T15:40:00Z", "Australia/Lord_Howe", "2026-10-03T15:00"],
    ["hours", "2026-05-05T05:05:00Z", "Asia/Kathmandu", "2026-05-05T04:15"],
  ])("%s at %s in %s", (unit, text, name, expected) => {
    expect(began(unit, text, name)).toBe(expected);
  });
});

describe("days and longer units", () => {
  it.each([
    ["days", "2026-10-25T12:00:00Z", "Europe/Berlin", "2026-10-24T22:00"],
    ["days", "2026-03-29T12:00:00Z", "Europe/Berlin", "2026-03-28T23:00"],
    ["weeks", "2026-03-31T12:00:00Z", "Europe/Berlin", "2026-03-29T22:00"],
    ["weeks6", "2026-03-31T12:00:00Z", "Europe/Berlin", "2026-03-27T23:00"],
    ["months", "2026-10-27T12:00:00Z", "Europe/Berlin", "2026-09-30T22:00"],
    ["years", "2026-07-01T12:00:00Z", "Europe/Berlin", "2025-12-31T23:00"],
    // Midnight twice: the day begins with the first.
    ["days", "2026-11-01T04:30:00Z", "America/Havana", "2026-11-01T04:00"],
    ["days", "2026-11-01T05:30:00Z", "America/Havana", "2026-11-01T04:00"],
    ["months", "2026-11-20T05:30:00Z", "America/Havana", "2026-11-01T04:00"],
    // No midnight: the day begins with the change.
    ["days", "2026-03-08T12:00:00Z", "America/Havana", "2026-03-08T05:00"],
    ["days", "2018-11-04T03:00:00Z", "America/Sao_Paulo", "2018-11-04T03:00"],
    // Eleven at night twice, the second time from midnight on.
    ["days", "2018-02-18T02:30:00Z", "America/Sao_Paulo", "2018-02-17T02:00"],
  ])("%s at %s in %s", (unit, text, name, expected) => {
    expect(began(unit, text, name)).toBe(expected);
  });
});

describe("any time", () => {
  const day = 86_400;
  const zones = [
    ...["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Asia/Kathmandu"],
    ...["America/Havana", "Africa/Cairo", "Asia/Beirut", "America/St_Johns", "Atlantic/Azores", "UTC"],
  ];
  const units: readonly (readonly [unit: string, seconds: number])[] = [
    ...[["seconds", 1] as const, ["min", 60] as const, ["hours", 3600] as const],
    ...[
      ["days", day] as const,
      ["weeks", 7 * day] as const,
      ["months", 31 * day] as const,
      ["years", 366 * day] as const,
    ],
  ];
  const from = Date.UTC(2015, 0, 1) / 1000;
  const until = Date.UTC(2029, 0, 1) / 1000;

  /** When the clocks of a zone change in these years. */
  function changesOf(zone: TimeZone): number[] {
    const changes: number[] = [];
    for (let timeS = from; timeS < until; timeS += day) {
      if (zone.offsetAt(timeS) === zone.offsetAt(timeS + day)) continue;
      let at = timeS;
      while (zone.offsetAt(at + 900) === zone.offsetAt(timeS)) at += 900;
      changes.push(at + 900);
    }
    return changes;
  }

  /** In each zone the moments around which times are tried. */
  const moments = zones.map((name) => {
    const zone = zoneNamed(name);
    return { zone, changes: [from, ...changesOf(zone)] };
  });

  const someTime = fc.constantFrom(...moments).chain(({ zone, changes }) => {
    const near = fc
      .tuple(fc.constantFrom(...changes), fc.integer({ min: -2 * day, max: 2 * day }))
      .map(([change, apart]) => change + apart);
    return fc.record({
      zone: fc.constant(zone),
      timeS: fc.oneof(fc.integer({ min: from, max: until }), near),
    });
  });

  it("is in the unit, and the unit is not longer than it may be", () => {
    fc.assert(
      fc.property(someTime, fc.constantFrom(...units), ({ zone, timeS }, [unit, seconds]) => {
        const beginning = beginningOfUnit(unit, timeS, zone);
        expect(beginning).toBeLessThanOrEqual(timeS);
        expect(timeS - beginning).toBeLessThan(seconds < day ? seconds : seconds + 3601);
      }),
      { numRuns: 3000 },
    );
  });

  it("begins a day with its first moment", () => {
    fc.assert(
      fc.property(someTime, ({ zone, timeS }) => {
        const beginning = beginningOfUnit("days", timeS, zone);
        const dateAt = (at: number) => localTime(zone, at).day;
        expect(dateAt(beginning)).toBe(dateAt(timeS));
        expect(dateAt(beginning - 1)).not.toBe(dateAt(timeS));
      }),
      { numRuns: 1000 },
    );
  });
});
