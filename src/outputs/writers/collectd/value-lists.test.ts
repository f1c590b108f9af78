// Which identifiers metrics get, and which of them share a value list.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { delivery, metric, parcel } from "../../../../test/support/writing/writing.ts";
import { parseTypesDb } from "../../../formats/collectd-types/parse-types-db.ts";
import type { Metric, Tags } from "../../../metric/metric.ts";
import { seriesKey } from "../../../metric/series.ts";
import { SeriesClaims } from "../../../metric/series-claims.ts";
import { valueListsOf } from "./value-lists.ts";

const { types } = parseTypesDb(
  "gauge value:GAUGE:U:U\nmemory value:GAUGE:U:U\nload short:GAUGE:0:9 long:GAUGE:0:9\n" +
    "if_octets rx:DERIVE:0:U tx:DERIVE:0:U\nderive value:DERIVE:0:U",
);
const timestampMs = 1_700_000_000_000;

function listsOf(metrics: readonly Metric[], origin: "collectd" | "push", host = "web") {
  const parcels = [{ ...parcel(metrics, host), origin }];
  return valueListsOf(delivery(parcels), { types, intervalMs: 10_000, claims: new SeriesClaims(100) });
}

/** `PLUGIN-INSTANCE/TYPE-INSTANCE value,…` of each list. */
function told(metrics: readonly Metric[], origin: "collectd" | "push" = "push"): string[] {
  return listsOf(metrics, origin).lists.map(
    ({ plugin, pluginInstance, type, typeInstance, values }) =>
      `${plugin}-${pluginInstance}/${type}-${typeInstance} ${values.map(({ value }) => value).join(",")}`,
  );
}

const of = (name: string, tags: Tags = {}, value = 1) => metric({ name, tags, value, timestampMs });

describe("a metric", () => {
  it.each<[string, Tags, string]>([
    ["cpu.idle", {}, "cpu-/gauge-idle 1"],
    ["cpu.core.idle", { b: "2", a: "1", host: "h" }, "cpu-a=1,b=2/gauge-core.idle 1"],
    ["cpu", {}, "cpu-/gauge- 1"],
    ["a-b/c.d-e/f", { x: "/var/log-1" }, "a_b_c-x=_var_log-1/gauge-d-e_f 1"],
    [".x", {}, "_-/gauge-x 1"],
    ["a\u007f.b", {}, "a_-/gauge-b 1"],
    ["é".repeat(64), {}, `${"é".repeat(59)}~845836d7-/gauge- 1`],
    [`a.${"x".repeat(200)}`, {}, `a-/gauge-${"x".repeat(118)}~aa20c23e 1`],
    ["memory.memory", { type_instance: "free" }, "memory-type_instance=free/gauge-memory 1"],
  ])("of ours is a gauge: %s %j", (name, tags, expected) => {
    expect(told([of(name, tags)])).toEqual([expected]);
  });

  it.each<[string, Tags, string]>([
    ["memory.memory", { type_instance: "free" }, "memory-/memory-free 1"],
    ["a.b.memory", { plugin_instance: "i" }, "a.b-i/memory- 1"],
    ["l.load.long", {}, "l-/load- NaN,1"],
    ["i.if_octets.rx", { plugin_instance: "eth0", type_instance: "t" }, "i-eth0/gauge-if_octets.rx-t 1"],
    ["p.derive", {}, "p-/gauge-derive 1"],
    ["p.unknown", { type_instance: "t" }, "p-/gauge-unknown-t 1"],
    ["p.unknown.x", { plugin_instance: "a/b" }, "p-a_b/gauge-unknown.x 1"],
    ["p.load.middle", {}, "p-/gauge-load.middle 1"],
    ["memory", {}, "memory-/gauge- 1"],
    ["memory.memory", { room: "a" }, "memory-room=a/gauge-memory 1"],
  ])("that came from collectd is what it was: %s %j", (name, tags, expected) => {
    expect(told([of(name, tags)], "collectd")).toEqual([expected]);
  });

  it("shares a list with the other values of its type, and with nothing else", () => {
    const metrics = [
      of("l.load.short", {}, 1),
      of("m.memory", {}, 2),
      of("l.load.long", {}, 3),
      of("l.load.long", { type_instance: "t" }, 4),
      { ...of("l.load.long", {}, 5), timestampMs: timestampMs + 1 },
    ];
    expect(told(metrics, "collectd")).toEqual([
      "l-/load- 1,3",
      "m-/memory- 2",
      "l-/load-t NaN,4",
      "l-/load- NaN,5",
    ]);
  });

  it("is told from those with other tags, and from those that begin alike", () => {
    const long = "x".repeat(200);
    const metrics = [
      ...[of("disk.free", { a: "1" }), of("disk.free", { b: "1" }), of("disk.free")],
      ...[of(`a.${long}1`), of(`a.${long}2`), of(`${long}-1`), of(`${long}_1`)],
      ...[of("b.x", { tag: `${long}1` }), of("b.x", { tag: `${long}2` })],
    ];
    expect(new Set(told(metrics)).size).toBe(metrics.length);
    expect(listsOf(metrics, "push").doubles).toBe(0);
    for (const { plugin, pluginInstance, typeInstance } of listsOf(metrics, "push").lists)
      for (const text of [plugin, pluginInstance, typeInstance])
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(127);
  });

  it.each<[string, "push" | "collectd", readonly Metric[], readonly string[], number]>([
    ["another name", "push", [of("my-app.x", {}, 1), of("my_app.x", {}, 2)], ["my_app-/gauge-x 1"], 1],
    [
      "tags that look like others",
      "push",
      [of("a.b", { x: "1,y=2" }, 1), of("a.b", { x: "1", y: "2" }, 2)],
      ["a-x=1,y=2/gauge-b 1"],
      1,
    ],
    ["nothing else", "push", [of("a.b", {}, 1), of("a.b", {}, 1)], ["a-/gauge-b 1"], 0],
    [
      "another name, among values of one type",
      "collectd",
      [of("l-m.load.long", {}, Number.NaN), of("l.load.long", {}, 1), of("l_m.load.long", {}, 2)],
      ["l_m-/load- NaN,NaN", "l-/load- NaN,1"],
      1,
    ],
  ])("that is the same there, with %s, is counted", (_, origin, metrics, expected, doubles) => {
    expect(told(metrics, origin)).toEqual(expected);
    expect(listsOf(metrics, origin).doubles).toBe(doubles);
  });

  it("is the first series' at any time, and that of the host that its tag names", () => {
    const claims = new SeriesClaims(100);
    const settings = { types, intervalMs: 10_000, claims };
    const sent = (metrics: readonly Metric[]) =>
      valueListsOf(delivery([{ ...parcel(metrics, "web"), origin: "push" }]), settings);
    expect(sent([of("my-app.x"), of("a.b", { host: "h" }), of("a.b")])).toMatchObject({
      lists: [{ plugin: "my_app" }, { host: "h", plugin: "a" }, { host: "web", plugin: "a" }],
      doubles: 0,
    });
    expect(sent([{ ...of("my_app.x"), timestampMs: timestampMs + 5 }])).toEqual({
      lists: [],
      timeless: 0,
      doubles: 1,
    });
  });

  it("is never told as another one is, whatever they are called", () => {
    const text = fc.string({
      minLength: 1,
      maxLength: 6,
      unit: fc.constantFrom("a", ".", "-", "_", "/", ",", "=", "é"),
    });
    const series = fc.record({
      name: text,
      tags: fc.dictionary(text, text, { maxKeys: 2, noNullPrototype: true }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(series, { selector: seriesKey, minLength: 2 }), (all) => {
        const { lists, doubles } = listsOf(
          all.map(({ name, tags }) => of(name, tags)),
          "push",
        );
        const names = lists.map(({ plugin, pluginInstance, type, typeInstance }) =>
          [plugin, pluginInstance, type, typeInstance].join("/"),
        );
        expect(new Set(names).size).toBe(names.length);
        expect(names.length + doubles).toBe(all.length);
      }),
    );
  });

  it("has a time that the protocol can say, or is refused", () => {
    const at = (ms: number) => ({ ...of("a.b"), timestampMs: ms });
    const { lists, timeless } = listsOf([at(0), at(-5), at(2 ** 34 * 1000), at(1)], "push", "a/b");
    expect(timeless).toBe(3);
    expect(lists).toMatchObject([{ host: "a_b", timeMs: 1, intervalMs: 10_000 }]);
  });
});
