// What becomes of value lists: names, rates, what is dropped, and what is forgotten.
import { describe, expect, it } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import type { CollectdValue } from "../../formats/collectd-packet/value-list.ts";
import { parseTypesDb } from "../../formats/collectd-types/parse-types-db.ts";
import { faultOf, faultOfHost, type Metric } from "../../metric/metric.ts";
import { titleOf } from "./collectd-series.ts";
import type { SentList } from "./identifier-memory.ts";
import { createIntake } from "./intake.ts";

const { types } = parseTypesDb(
  "gauge value:GAUGE:U:U\nif_octets rx:DERIVE:0:U, tx:DERIVE:0:100\nload short:GAUGE:0:9, long:GAUGE:0:9",
);

function listOf(given: Partial<SentList> = {}): SentList {
  const identifier = { host: "web", plugin: "p", pluginInstance: "", type: "gauge", typeInstance: "" };
  return { ...identifier, timeMs: 1000, intervalMs: 10_000, values: gauges(1), ...given };
}

const gauges = (...values: number[]): CollectdValue[] => values.map((value) => ({ kind: "gauge", value }));
const derives = (...values: number[]): CollectdValue[] => values.map((value) => ({ kind: "derive", value }));

function intakeOfTest({ rates = true, limit = 100 } = {}) {
  const clock = fakeClock();
  const context = testContext();
  const taken: (Metric & { host: string })[] = [];
  const faults: Record<string, number> = {};
  const tally = {
    metrics: () => {},
    fault: (reason: string, count = 1) => {
      faults[reason] = (faults[reason] ?? 0) + count;
    },
  };
  const buffer = { add: (metric: Metric, host: string) => void taken.push({ ...metric, host }) };
  const intake = createIntake({ rates, types, limit }, { clock, log: context.log, tally, buffer });
  return { ...intake, clock, taken, faults, lines: context.lines };
}

const valuesOf = (taken: readonly Metric[]) => taken.map(({ name, value }) => [name, value]);

describe("names", () => {
  it("are those of plugin, type and source, instances are tags", () => {
    const { take, taken } = intakeOfTest();
    take(listOf({ timeMs: 1499.6, pluginInstance: "i", typeInstance: "t-u" }));
    take(listOf({ type: "load", values: gauges(1, 2) }));
    expect(taken).toEqual([
      {
        name: "p.gauge",
        tags: { plugin_instance: "i", type_instance: "t-u" },
        value: 1,
        timestampMs: 1500,
        host: "web",
      },
      { name: "p.load.short", tags: {}, value: 1, timestampMs: 1000, host: "web" },
      { name: "p.load.long", tags: {}, value: 2, timestampMs: 1000, host: "web" },
    ]);
  });

  it("are made up for types that are not known so, which is told once for each", () => {
    const { take, taken, lines } = intakeOfTest();
    take(listOf({ type: "one" }));
    take(listOf({ type: "two", values: gauges(1, 2) }));
    take(listOf({ type: "load" }));
    take(listOf({ type: "load", timeMs: 2000, values: gauges(1, 2, 3) }));
    take(listOf({ type: "one", typeInstance: "again" }));
    expect(taken.map(({ name }) => name)).toEqual([
      "p.one",
      ...["p.two.0", "p.two.1"],
      "p.load",
      ...["p.load.0", "p.load.1", "p.load.2"],
      "p.one",
    ]);
    expect(lines.filter((line) => line.includes("made-up"))).toHaveLength(3);
  });

  it("can be kept whatever a sender made of them", () => {
    const { take, taken } = intakeOfTest();
    const odd = "\u0001\n\u0085".padEnd(127, "x");
    take(listOf({ host: odd, plugin: odd, pluginInstance: odd, type: odd, typeInstance: odd }));
    const [metric] = taken;
    expect(metric === undefined ? "nothing" : faultOf(metric)).toBeUndefined();
    expect(faultOfHost(metric?.host ?? "\n")).toBeUndefined();
  });

  it.each([
    [["p", "i", "t", "j"], "p-i/t-j"],
    [["p", "", "t", ""], "p/t"],
    [["p", "i", "", ""], "p-i"],
    [["", "", "", ""], "notification"],
  ])(
    "of what notifications are about: %j",
    ([plugin = "", pluginInstance = "", type = "", typeInstance = ""], title) => {
      expect(titleOf({ host: "", plugin, pluginInstance, type, typeInstance })).toBe(title);
    },
  );
});

describe("values", () => {
  it("become rates, where two of them are within their type's bounds", () => {
    const { take, taken, faults } = intakeOfTest();
    const at = (timeMs: number, ...values: number[]) =>
      take(listOf({ type: "if_octets", timeMs, values: derives(...values) }));
    at(1000, 100, 100);
    at(3000, 300, 200);
    at(5000, 0, 1000);
    at(6000, 50, 1001);
    expect(valuesOf(taken)).toEqual([
      ["p.if_octets.rx", 100],
      ["p.if_octets.tx", 50],
      ["p.if_octets.rx", 50],
      ["p.if_octets.tx", 1],
    ]);
    expect(faults).toEqual({ "a rate beyond the bounds of its type": 2 });
  });

  it("stay as they are when rates are not asked for", () => {
    const { take, taken } = intakeOfTest({ rates: false });
    take(listOf({ values: [{ kind: "counter", value: 2n ** 63n }] }));
    expect(valuesOf(taken)).toEqual([["p.gauge", 2 ** 63]]);
  });

  it("that are no numbers are left out and counted", () => {
    const { take, taken, faults } = intakeOfTest();
    take(listOf({ type: "load", values: gauges(Number.NaN, 1) }));
    take(listOf({ values: gauges(Number.POSITIVE_INFINITY) }));
    expect(valuesOf(taken)).toEqual([["p.load.long", 1]]);
    expect(faults).toEqual({ "a value that is not a number": 2 });
  });

  it("of another kind or number than before begin anew", () => {
    const { take, taken } = intakeOfTest();
    take(listOf({ values: derives(1) }));
    take(listOf({ timeMs: 2000, values: [{ kind: "counter", value: 2 }] }));
    take(listOf({ timeMs: 3000, values: [{ kind: "counter", value: 5 }] }));
    expect(valuesOf(taken)).toEqual([["p.gauge", 3]]);
  });
});

describe("what was there before", () => {
  it("is dropped, and so is what is older, for each identifier alone", () => {
    const { take, taken, faults } = intakeOfTest();
    for (const timeMs of [2000, 2000, 1000, 2000.25]) take(listOf({ timeMs }));
    take(listOf({ typeInstance: "other" }));
    expect(taken.map(({ timestampMs }) => timestampMs)).toEqual([2000, 2000, 1000]);
    expect(faults).toEqual({ "too old": 2 });
  });

  it("is forgotten after ten intervals of silence: a wrong clock is not for ever", async () => {
    const { take, clock, taken, sweep } = intakeOfTest();
    const far = 10 ** 12;
    take(listOf({ timeMs: far, values: derives(1) }));
    await clock.advance(99_000);
    sweep();
    take(listOf({ values: derives(1) }));
    await clock.advance(2000);
    take(listOf({ values: derives(1) }));
    take(listOf({ timeMs: 2000, values: derives(4) }));
    expect(valuesOf(taken)).toEqual([["p.gauge", 3]]);
  });

  it("stands for its user alone: another one's time silences nobody", () => {
    const { take, taken, faults } = intakeOfTest();
    const of = (user: string | undefined, timeMs: number) => take(listOf({ user, timeMs }));
    of("alice", 1000);
    of("mallory", 60_000);
    of(undefined, 50_000);
    of("alice", 2000);
    expect(taken.map(({ timestampMs }) => timestampMs)).toEqual([1000, 60_000, 50_000, 2000]);
    of("alice", 2000);
    expect(faults).toEqual({ "too old": 1 });
  });

  it("is not what a time in the future made of it", async () => {
    const { take, clock, taken, faults } = intakeOfTest();
    const startMs = clock.now();
    const hourMs = 3_600_000;
    take(listOf({ timeMs: startMs }));
    for (const timeMs of [startMs + hourMs + 1, 1.7e13, 2 ** 34 * 1000]) take(listOf({ timeMs }));
    expect(faults).toEqual({ "a time more than an hour ahead": 3 });
    await clock.advance(10_000);
    take(listOf({ timeMs: startMs + 10_000 }));
    take(listOf({ typeInstance: "other", timeMs: startMs + 10_000 + hourMs }));
    expect(taken.map(({ timestampMs }) => timestampMs - startMs)).toEqual([0, 10_000, 10_000 + hourMs]);
  });

  it("is let go of after ten hours, however long an interval was claimed", async () => {
    const { take, clock, taken, sweep } = intakeOfTest({ limit: 1 });
    take(listOf({ intervalMs: 1.7e13, timeMs: 5000 }));
    await clock.advance(10 * 3_600_000 + 1);
    take(listOf());
    expect(taken).toHaveLength(2);
    take(listOf({ intervalMs: 1.7e13, timeMs: 6000 }));
    await clock.advance(10 * 3_600_000 + 1);
    sweep();
    take(listOf({ host: "other" }));
    expect(taken).toHaveLength(4);
  });

  it("stays when there are too many: new ones are left out until others fall silent", async () => {
    const { take, clock, taken, faults, sweep } = intakeOfTest({ limit: 2 });
    const of = (host: string, timeMs: number) => take(listOf({ host, timeMs, values: derives(timeMs) }));
    of("a", 1000);
    of("b", 1000);
    for (let forged = 0; forged < 100; forged += 1) of(`forged-${forged}`, 1000);
    for (const host of ["a", "b", "a"]) of(host, 2000);
    expect(taken.map(({ host, value }) => [host, value])).toEqual([
      ["a", 1000],
      ["b", 1000],
    ]);
    expect(faults).toEqual({ "too many identifiers": 100, "too old": 1 });
    await clock.advance(60_000);
    of("a", 3000);
    await clock.advance(60_000);
    sweep();
    of("c", 1000);
    of("c", 2000);
    of("a", 4000);
    expect(taken.slice(2).map(({ host }) => host)).toEqual(["a", "c", "a"]);
  });
});
