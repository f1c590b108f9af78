import { expect, it } from "vitest";
import { fakeClock } from "../../test/support/fake-clock.ts";
import type { Batch, Metric } from "../metric/metric.ts";
import { LatestValues } from "./latest-values.ts";

const metric = (name: string, value: number): Metric => ({ name, tags: {}, value, timestampMs: 0 });
const batch = (origin: Batch["origin"], host: string, ...metrics: Metric[]): Batch => ({
  origin,
  host,
  timestampMs: 0,
  metrics,
});
const shown = (metrics: Iterable<Metric>) =>
  [...metrics].map(({ name, tags, value }) => [name, tags["host"] ?? "", value]);

function latestOf(maxSeries = 100) {
  const clock = fakeClock();
  let overflow = 0;
  const count = () => {
    overflow += 1;
  };
  const latest = new LatestValues(maxSeries, { clock, onOverflow: count });
  return { clock, latest, overflow: () => overflow };
}

it("shows a collector's last reading and nothing of the one before", () => {
  const { latest } = latestOf();
  latest.record(batch("collectors", "", metric("iostats.reads", 1), metric("iostats.writes", 2)));
  latest.record(batch("collectors", "", metric("memory.free", 3)));
  latest.record(batch("collectors", "", metric("iostats.reads", 4)));
  expect(shown(latest.collected())).toEqual([
    ["iostats.reads", "", 4],
    ["memory.free", "", 3],
  ]);
});

it("shows what others report under their host, for some minutes", async () => {
  const { latest, clock } = latestOf();
  latest.record(batch("programs", "web1", metric("a", 1)));
  latest.record(batch("append", "web2", metric("a", 2)));
  latest.record(batch("append", "", metric("a", 3)));
  latest.record(batch("append", "web1", metric("a", 4)));
  expect(shown(latest.foreign())).toEqual([
    ["a", "web1", 4],
    ["a", "web2", 2],
    ["a", "", 3],
  ]);
  await clock.advance(300_000);
  latest.record(batch("append", "web2", metric("a", 5)));
  await clock.advance(1);
  expect(shown(latest.foreign())).toEqual([["a", "web2", 5]]);
});

it("has room for so many series, counts the others, and makes room when some are old", async () => {
  const { latest, clock, overflow } = latestOf(2);
  for (const name of ["a", "b", "c", "a"]) latest.record(batch("append", "", metric(name, 1)));
  expect(shown(latest.foreign()).map(([name]) => name)).toEqual(["a", "b"]);
  expect(overflow()).toBe(1);
  await clock.advance(300_001);
  latest.record(batch("append", "", metric("c", 1)));
  expect(shown(latest.foreign()).map(([name]) => name)).toEqual(["c"]);
});
