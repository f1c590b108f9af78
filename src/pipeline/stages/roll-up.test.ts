// roll_up over time: what comes late, what comes from the future, what becomes no number, and whose it is.
import { expect, it } from "vitest";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import type { Batch, Metric } from "../../metric/metric.ts";
import { rollUp } from "./roll-up.ts";

const startMs = 1_700_000_000_000;

function open(settings: object = {}) {
  const clock = fakeClock(startMs);
  const drops: Record<string, number> = {};
  const onDrop = (metrics: number, reason: string) => {
    drops[reason] = (drops[reason] ?? 0) + metrics;
  };
  const stage = rollUp.create(rollUp.config.parse({ every: "10s", ...settings }), { clock, onDrop });
  const give = (value: number, atMs = 0, more: Partial<Batch> & Partial<Pick<Metric, "name">> = {}) => {
    const { name = "a", ...facts } = more;
    const metrics = [{ name, tags: {}, value, timestampMs: startMs + atMs }];
    stage.process({ origin: "push", host: "", timestampMs: startMs, metrics, ...facts });
  };
  const due = async (afterMs = 0) => {
    await clock.advance(afterMs);
    return shown(stage.due?.() ?? []);
  };
  return { stage, give, due, drops, clock };
}

function shown(batches: readonly Batch[]): [seconds: number, ...values: number[]][] {
  return batches.map(({ timestampMs, metrics }) => [
    (timestampMs - startMs) / 1000,
    ...metrics.map(({ value }) => value),
  ]);
}

it("takes what is selected, and lets all else pass", async () => {
  const { stage, due } = open({ from: ["push"], match: "a*" });
  const metrics = [...["a", "b"]].map((name) => ({ name, tags: {}, value: 1, timestampMs: startMs }));
  const batch: Batch = { origin: "push", host: "", timestampMs: startMs, metrics };
  const left = stage.process(batch);
  expect(left?.metrics.map(({ name }) => name)).toEqual(["b"]);
  const other: Batch = { ...batch, origin: "statsd" };
  expect(stage.process(other)).toBe(other);
  expect(await due(20_000)).toEqual([[10, 1]]);
});

it("a value for a span that was given is dropped and counted, and the span stays as it was", async () => {
  const { give, due, drops } = open();
  give(100, 1000);
  give(1, 1000, { name: "other" });
  expect(await due(20_000)).toEqual([[10, 100, 1]]);
  give(1, 5000);
  give(2, -60_000);
  give(3, 15_000);
  give(4, 4000, { host: "another" });
  expect(await due(10_000)).toEqual([
    [10, 4],
    [20, 3],
  ]);
  expect(drops).toEqual({ "roll_up: spans that were given already": 2 });
});

it("a clock that is set back begins anew", async () => {
  const { give, due, clock } = open();
  clock.jump(86_400_000);
  give(1, 86_400_000);
  expect(await due(20_000)).toEqual([[86_410, 1]]);
  clock.jump(-86_400_000);
  give(2, 20_000);
  expect(await due(20_000)).toEqual([[30, 2]]);
  give(3, 20_000);
  expect(await due(20_000)).toEqual([]);
});

it("times of the future take no room from those of now", async () => {
  const { give, due, drops } = open({ every: "1s" });
  for (let number = 0; number < 120_000; number += 1) give(1, 3_601_000 + number * 1000);
  expect(drops).toEqual({ "roll_up: times too far ahead": 120_000 });
  for (let number = 0; number < 120_000; number += 1) give(1, 1_800_000, { name: `far.${number}` });
  expect(drops["roll_up: too many spans ahead of the clock"]).toBe(95_000);
  give(5);
  expect(await due(10_000)).toEqual([[1, 5]]);
  give(1, 1_800_000, { name: "one.more" });
  expect(drops["roll_up: too many spans ahead of the clock"]).toBe(95_001);
  await due(1_800_000);
  give(1, 1_900_000, { name: "room.again" });
  expect(drops["roll_up: too many spans ahead of the clock"]).toBe(95_001);
});

it("results that are no metrics are dropped and counted", async () => {
  const { give, due, drops } = open({ aggregate: ["sum", "max"] });
  give(1e308);
  give(1e308);
  give(1, 0, { name: "n".repeat(1022) });
  expect(await due(20_000)).toEqual([[10, 1e308]]);
  expect(drops).toEqual({ "roll_up: a name or value that cannot be kept": 3 });
});

it("what a collector found stays its own", async () => {
  const { give, stage, clock } = open();
  const of = (collector: string) => ({ origin: "collectors", collector, name: `${collector}.x` }) as const;
  give(1, 0, of("memory"));
  give(2, 0, of("cpustats"));
  give(3, 15_000, of("cpustats"));
  give(4);
  await clock.advance(30_000);
  const batches = (stage.due?.() ?? []).map(({ origin, collector, metrics }) => [
    ...[origin, collector],
    ...metrics.map(({ value }) => value),
  ]);
  expect(batches).toEqual([
    ["collectors", "memory", 1],
    ["collectors", "cpustats", 2],
    ["push", undefined, 4],
    ["collectors", "cpustats", 3],
  ]);
});

it("gives everything at the end, stamped with the ends of the spans", () => {
  const { give, stage } = open();
  give(3, 12_000);
  give(1);
  give(2, 2000);
  expect(shown(stage.drain?.() ?? [])).toEqual([
    [10, 1.5],
    [20, 3],
  ]);
  expect(stage.drain?.()).toEqual([]);
});
