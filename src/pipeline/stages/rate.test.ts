// rate, where clocks are wrong and numbers large.
import { expect, it } from "vitest";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { rate } from "./rate.ts";

const startMs = 1_700_000_000_000;
const hourMs = 3_600_000;

function open(settings: object = {}) {
  const clock = fakeClock(startMs);
  const drops: string[] = [];
  const onDrop = (_metrics: number, reason: string) => void drops.push(reason);
  const stage = rate.create(rate.config.parse(settings), { clock, onDrop });
  const give = (value: number, atMs: number, name = "c") => {
    const metrics = [{ name, tags: {}, value, timestampMs: startMs + atMs }];
    const left = stage.process({ origin: "graphite", host: "", timestampMs: startMs, metrics });
    return left?.metrics.map((metric) => metric.value) ?? [];
  };
  return { give, drops, clock };
}

it("one value of the far future is dropped and counted, and the counter goes on", () => {
  const { give, drops } = open();
  give(1, 0);
  expect(give(11, 10_000)).toEqual([1]);
  expect(give(12, hourMs + 1)).toEqual([]);
  expect(drops).toEqual(["rate: times too far ahead"]);
  expect(give(21, 20_000)).toEqual([1]);
});

it("a counter begins anew when its times go back by more than max_age", () => {
  const { give, drops } = open({ max_age: "1m" });
  give(1, 120_000);
  expect(give(2, 60_000)).toEqual([]);
  expect(drops).toEqual(["rate: not newer than the one before"]);
  expect(give(3, 59_999)).toEqual([]);
  expect(give(13, 69_999)).toEqual([1]);
  expect(drops).toHaveLength(1);
});

it("growth that is no number is dropped and counted", () => {
  const { give, drops } = open({ suffix: ".rate" });
  give(-1.7e308, 0);
  expect(give(1.7e308, 1)).toEqual([]);
  const long = "n".repeat(1022);
  give(1, 0, long);
  expect(give(2, 1000, long)).toEqual([]);
  expect(drops).toEqual(Array(2).fill("rate: a name or value that cannot be kept"));
});

it("takes a time of an hour ahead, and a silence as long as max_age, but nothing beyond", () => {
  const { give, drops } = open({ max_age: "1m" });
  give(1, 0);
  expect(give(61, 60_000)).toEqual([1]);
  expect(give(122, 120_001)).toEqual([]);
  expect(give(1, hourMs, "ahead")).toEqual([]);
  expect(drops).toEqual([]);
  give(1, hourMs + 1, "ahead");
  expect(drops).toEqual(["rate: times too far ahead"]);
});
