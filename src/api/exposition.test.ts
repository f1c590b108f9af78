import { expect, it } from "vitest";
import { writeExposition } from "../formats/prometheus-text.ts";
import { systemClock } from "../kernel/clock.ts";
import { createPace } from "../kernel/pace.ts";
import { createTelemetry } from "../kernel/telemetry.ts";
import type { Tags } from "../metric/metric.ts";
import { createExposition } from "./exposition.ts";

it.each<[string, Tags[], number]>([
  ["tags that become one", [{ "a-b": "1" }, { "a.b": "1" }, { a_b: "1" }], 1],
  [
    "tags whose order changes",
    [
      { "a.": "1", aB: "2" },
      { aB: "2", a_: "1" },
    ],
    1,
  ],
  ["tags that become one within a series", [{ "a-b": "1", "a.b": "2" }, { a_b: "2" }], 1],
  ["tags with other values", [{ "a-b": "1" }, { "a.b": "2" }, {}], 3],
])("shows no line twice for %s", async (_what, all, lines) => {
  const foreign = () => all.map((tags, value) => ({ name: "thing", tags, value, timestampMs: 0 }));
  const families = createExposition({
    version: "1",
    telemetry: createTelemetry(),
    pace: createPace(systemClock),
    latest: { collected: () => [], foreign },
    isActive: () => true,
    leavesOf: () => undefined,
  });
  const shown = [...writeExposition(await families(), "prometheus")].join("").split("\n");
  const series = shown.filter((line) => /^thing[ {]/.test(line)).map((line) => line.replace(/ [^ ]*$/, ""));
  expect(new Set(series).size).toBe(series.length);
  expect(series).toHaveLength(lines);
  expect(shown.find((line) => /^thing[ {]/.test(line))).toMatch(/ 0$/);
});
