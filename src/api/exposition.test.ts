import { expect, it } from "vitest";
import type { NameForm } from "../formats/prometheus-escape.ts";
import { writeExposition } from "../formats/prometheus-text.ts";
import { systemClock } from "../kernel/clock.ts";
import { createPace } from "../kernel/pace.ts";
import { createTelemetry } from "../kernel/telemetry.ts";
import type { Metric, Tags } from "../metric/metric.ts";
import { createExposition } from "./exposition.ts";

const metricOf = (name: string, tags: Tags = {}, value = 1): Metric => ({
  name,
  tags,
  value,
  timestampMs: 0,
});

/** Lines of a page, without those of the agent itself other than what was refused. */
async function linesOf(
  foreign: readonly Metric[],
  collected: readonly Metric[] = [],
  form: NameForm = "escaped",
) {
  const families = createExposition({
    version: "1",
    telemetry: createTelemetry(),
    pace: createPace(systemClock),
    latest: { collected: () => collected, foreign: () => foreign },
    isActive: () => true,
    leavesOf: () => undefined,
  });
  const text = [...writeExposition(await families(form), "prometheus")].join("");
  return text.split("\n").filter((line) => !/^$|^#|^yagura_build_info/.test(line));
}

const refused = (count: number) => `yagura_exposition_refused_total ${count}`;

it.each<[string, Tags[], string[]]>([
  [
    "that were one once",
    [{ "a-b": "1" }, { "a.b": "1" }, { a_b: "1" }],
    ['thing{U__a_2d_b="1"} 0', 'thing{a__b="1"} 1', 'thing{a_b="1"} 2'],
  ],
  ["of one series that were one once", [{ "a-b": "1", "a.b": "2" }], ['thing{U__a_2d_b="1",a__b="2"} 0']],
  ["with other values", [{ a: "1" }, { a: "2" }, {}], ['thing{a="1"} 0', 'thing{a="2"} 1', "thing 2"]],
])("shows each series for tags %s", async (_what, all, lines) => {
  const shown = await linesOf(all.map((tags, value) => metricOf("thing", tags, value)));
  expect(shown).toEqual([...lines, refused(0)]);
});

it("shows every foreign name apart, without units", async () => {
  const names = [
    "app.Login.Ok",
    "app.login.ok",
    "io.writes/s",
    "io.writes",
    "variant.b",
    "variant.h",
    "室.居",
    "湿.居",
  ];
  expect(await linesOf(names.map((name, value) => metricOf(name, {}, value)))).toEqual([
    "app__Login__Ok 0",
    "app__login__ok 1",
    "U__io_2e_writes_2f_s 2",
    "io__writes 3",
    "variant__b 4",
    "variant__h 5",
    "U___5ba4__2e__5c45_ 6",
    "U___6e7f__2e__5c45_ 7",
    refused(0),
  ]);
});

it("shows names in quotes where they were asked for in UTF-8", async () => {
  const foreign = [
    metricOf("室温.居間", { "部 屋": 'a"b\\' }),
    metricOf("plain", { a: "b" }),
    metricOf('q"\\'),
  ];
  expect(await linesOf(foreign, [], "utf8")).toEqual([
    '{"室温.居間","部 屋"="a\\"b\\\\"} 1',
    'plain{a="b"} 1',
    '{"q\\"\\\\"} 1',
    refused(0),
  ]);
});

it("leaves our own families to us", async () => {
  const foreign = [metricOf("yagura_memory_free", {}, 5), metricOf("foreign_yagura_memory_free", {}, 6)];
  const own = [metricOf("memory.free", {}, 1)];
  for (const form of ["escaped", "utf8"] as const)
    expect(await linesOf(foreign, own, form)).toEqual([
      "yagura_memory_free 1",
      "U__yagura__memory__free 5",
      "foreign_yagura_memory_free 6",
      refused(0),
    ]);
});

it("counts what it leaves out", async () => {
  const own = [metricOf("io.writes/s", {}, 1), metricOf("io.writes", {}, 2), metricOf("io.reads", {}, 3)];
  expect(await linesOf([], own)).toEqual(["yagura_io_writes 1", "yagura_io_reads 3", refused(1)]);
});
