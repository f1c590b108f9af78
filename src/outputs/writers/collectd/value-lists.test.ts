// Which identifiers metrics get, and which of them share a value list.
import { describe, expect, it } from "vitest";
import { delivery, metric, parcel } from "../../../../test/support/writing/writing.ts";
import { parseTypesDb } from "../../../formats/collectd-types/parse-types-db.ts";
import type { Metric, Tags } from "../../../metric/metric.ts";
import { valueListsOf } from "./value-lists.ts";

const { types } = parseTypesDb(
  "gauge value:GAUGE:U:U\nmemory value:GAUGE:U:U\nload short:GAUGE:0:9 long:GAUGE:0:9\n" +
    "if_octets rx:DERIVE:0:U tx:DERIVE:0:U\nderive value:DERIVE:0:U",
);
const timestampMs = 1_700_000_000_000;

function listsOf(metrics: readonly Metric[], origin: "collectd" | "push", host = "web") {
  const parcels = [{ ...parcel(metrics, host), origin }];
  return valueListsOf(delivery(parcels), { types, intervalMs: 10_000 });
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
    ["cpu.core.idle", { b: "2", a: "1", host: "h" }, "cpu-1,2/gauge-core.idle 1"],
    ["cpu", {}, "cpu-/gauge- 1"],
    ["a-b/c.d-e/f", { x: "/var/log-1" }, "a_b_c-_var_log-1/gauge-d-e_f 1"],
    [".x", {}, "_-/gauge-x 1"],
    ["a\u007f.b", {}, "a_-/gauge-b 1"],
    ["é".repeat(64), {}, `${"é".repeat(63)}-/gauge- 1`],
    [`a.${"x".repeat(200)}`, {}, `a-/gauge-${"x".repeat(127)} 1`],
    ["memory.memory", { type_instance: "free" }, "memory-free/gauge-memory 1"],
  ])("of ours is a gauge: %s %j", (name, tags, expected) => {
    expect(told([of(name, tags)])).toEqual([expected]);
  });

  it.each<[string, Tags, string]>([
    ["memory.memory", { type_instance: "free" }, "memory-/memory-free 1"],
    ["a.b.memory", { plugin_instance: "i" }, "a.b-i/memory- 1"],
    ["l.load.long", {}, "l-/load- NaN,1"],
    ["i.if_octets.rx", { plugin_instance: "eth0", type_instance: "t" }, "i-eth0/gauge-if_octets.rx-t 1"],
    ["p.derive", {}, "p-/gauge-derive 1"],
    ["p.unknown", { type_instance: "t" }, "p-t/gauge-unknown 1"],
    ["p.load.middle", {}, "p-/gauge-load.middle 1"],
    ["memory", {}, "memory-/gauge- 1"],
    ["memory.memory", { room: "a" }, "memory-a/gauge-memory 1"],
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

  it("has a time that the protocol can say, or is refused", () => {
    const at = (ms: number) => ({ ...of("a.b"), timestampMs: ms });
    const { lists, timeless } = listsOf([at(0), at(-5), at(2 ** 34 * 1000), at(1)], "push", "a/b");
    expect(timeless).toBe(3);
    expect(lists).toMatchObject([{ host: "a_b", timeMs: 1, intervalMs: 10_000 }]);
  });
});
