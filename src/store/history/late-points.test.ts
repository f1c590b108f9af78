// Points of any age that a resolution keeps, and what a series' name says of values that share a place.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import type { Batch } from "../../metric/metric.ts";
import { aggregationBy } from "./aggregation.ts";
import { type History, historyConfig, openHistory } from "./index.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** The first millisecond of a day, of a week counted from 1970, and of nothing larger. */
const start = 2_800 * 7 * dayMs;

async function open(settings: object = {}, directory = directoryOfTest(), clock = fakeClock(start)) {
  const { log, telemetry } = testContext();
  const config = historyConfig.parse({ flush_every: "1d", ...settings });
  const history = await openHistory(config, { clock, log, telemetry, directory });
  onTestFinished(() => history.stop());
  return { history, clock, directory };
}

type Point = readonly [name: string, timeMs: number, value: number];

const batchOf = (...points: readonly Point[]): Batch => ({
  origin: "graphite",
  host: "",
  timestampMs: 0,
  metrics: points.map(([name, timestampMs, value]) => ({ name, tags: {}, value, timestampMs })),
});

type Asked = Omit<Parameters<History["query"]>[0], "key">;
async function valuesOf(history: History, key: string, asked: Asked): Promise<number[][]> {
  const { points } = await history.query({ key, ...asked });
  return points.map(({ timeMs, value }) => [timeMs - start, value]);
}

const blocksIn = (directory: string, resolution: string) =>
  readdirSync(join(directory, resolution)).filter((name) => name.endsWith(".block")).length;

describe("a point that comes late", () => {
  const ages = [23 * hourMs, 25 * hourMs, 49 * hourMs, 29 * dayMs, 31 * dayMs, 364 * dayMs];

  it("is in the resolutions that keep its time: at once, in blocks, rolled up, and after a restart", async () => {
    const { history, clock, directory } = await open();
    await clock.advance(2 * hourMs);
    const now = clock.now();
    expect(history.record(batchOf(...ages.map((age): Point => ["late", now - age, age])))).toEqual(new Map());
    const seen = async (from: History) => {
      const found = await valuesOf(from, "late", {
        fromMs: now - 365 * dayMs + hourMs,
        toMs: now,
        stepMs: hourMs,
      });
      return found.map(([, value]) => value).sort((one = 0, other = 0) => one - other);
    };
    expect(await seen(history)).toEqual(ages);
    for (let hour = 0; hour < 30; hour += 1) {
      await clock.advance(hourMs);
      await history.flush();
      expect(await seen(history)).toEqual(ages);
    }
    // What is older than a day stands no more in blocks of ten seconds.
    expect(blocksIn(directory, "10s")).toBeLessThanOrEqual(1);
    expect(blocksIn(directory, "15m")).toBeGreaterThan(0);
    await history.stop();
    const again = await open({}, directory, clock);
    expect(await seen(again.history)).toEqual(ages);
  });

  it("joins what was rolled up before it, and again after a restart; each is counted once", async () => {
    const { history, clock, directory } = await open({ resolutions: ["10s:1d", "1m:30d"] });
    history.record(batchOf(["a", start, 1], ["a", start + 10_000, 3]));
    const asked = { fromMs: start, toMs: start + minuteMs, stepMs: minuteMs };
    const sums = async (from: History) => {
      const sum = await valuesOf(from, "a", { ...asked, aggregate: "sum" });
      return [...sum, ...(await valuesOf(from, "a", { ...asked, aggregate: "count" }))];
    };
    let current = history;
    let [sum, count] = [4, 2];
    for (let round = 0; round < 12; round += 1) {
      await clock.advance(27 * hourMs);
      await current.flush();
      await clock.advance(hourMs);
      await current.flush();
      expect(await sums(current)).toEqual([
        [0, sum],
        [0, count],
      ]);
      current.record(batchOf(["a", start + 20_000, round]));
      sum += round;
      count += 1;
      expect(await sums(current)).toEqual([
        [0, sum],
        [0, count],
      ]);
      await clock.advance(11 * minuteMs);
      await current.flush();
      if (round % 4 === 3) {
        await current.stop();
        current = (await open({ resolutions: ["10s:1d", "1m:30d"] }, directory, clock)).history;
      }
    }
    expect(blocksIn(directory, "10s")).toBe(0);
  });

  it("is refused where no resolution keeps it, and said with the reason", async () => {
    const { history, clock } = await open({ max_series: 1 });
    const now = clock.now();
    const refused = history.record(
      batchOf(["a", now, 1], ["a", now - 365 * dayMs - 1, 1], ["a", now + hourMs + 1, 1], ["b", now, 1]),
    );
    expect([...refused]).toEqual([
      ["a time older than the history keeps", 1],
      ["a time more than an hour ahead", 1],
      ["a series beyond store.history.max_series", 1],
    ]);
  });

  it("is added to others of its place in the resolution that keeps them, not put in their place", async () => {
    const { history, clock } = await open({ resolutions: ["1m:15d", "15m:2y"] });
    const yearAgo = clock.now() - 365 * dayMs;
    history.record(
      batchOf(
        ...[4, 6, 8].map((value, minutes): Point => ["rec.count", yearAgo + minutes * minuteMs, value]),
      ),
    );
    const asked = { fromMs: yearAgo - hourMs, toMs: yearAgo + hourMs };
    expect((await valuesOf(history, "rec.count", asked)).map(([, value]) => value)).toEqual([18]);
    await clock.advance(3 * hourMs);
    await history.flush();
    await history.flush();
    expect((await valuesOf(history, "rec.count", asked)).map(([, value]) => value)).toEqual([18]);
  });

  it("is taken with many others of times far apart by who can wait", async () => {
    const { history, clock } = await open();
    const points = Array.from(
      { length: 100 },
      (_, place): Point => ["a", clock.now() - place * 2 * hourMs, place],
    );
    expect(history.record(batchOf(...points)).size).toBe(1);
    expect(await history.take(batchOf(...points))).toEqual(new Map());
    const found = await valuesOf(history, "a", {
      fromMs: clock.now() - 201 * hourMs,
      toMs: clock.now() + minuteMs,
    });
    expect(found.map(([, value]) => value)).toEqual(points.map(([, , value]) => value).reverse());
  });
});

it("pushes of many times at once do not take the room from one another", async () => {
  const { history, clock } = await open();
  const pushes = Array.from({ length: 6 }, (_, push) =>
    Array.from(
      { length: 40 },
      (_, place): Point => [`p${push}`, clock.now() - (place * 6 + push) * 2 * hourMs, 1],
    ),
  );
  const outcomes = await Promise.all(pushes.map((points) => history.take(batchOf(...points))));
  expect(outcomes.map(({ size }) => size)).toEqual([0, 0, 0, 0, 0, 0]);
  for (const push of pushes.keys()) {
    const asked = {
      fromMs: clock.now() - 600 * hourMs,
      toMs: clock.now() + minuteMs,
      aggregate: "count",
    } as const;
    expect((await valuesOf(history, `p${push}`, asked)).length).toBe(40);
  }
});

describe("values that share a place of the finest resolution", () => {
  const second = (key: string, value: (place: number) => number) =>
    Array.from({ length: 20 }, (_, place) => batchOf([key, start + place * 1000, value(place)]));

  it.each([
    ["x.count", [10, 10], () => 1],
    ["x.sum", [1, 1], () => 0.1],
    ["x.upper_90", [9, 19], (place: number) => place],
    ["x.lower", [0, 10], (place: number) => place],
    ["gauge", [9, 19], (place: number) => place],
  ] as const)("%s", async (key, expected, value) => {
    const { history, clock, directory } = await open();
    const batches = second(key, value);
    for (const batch of batches.slice(0, 13)) history.record(batch);
    // In the middle of a place.
    await history.stop();
    const again = await open({}, directory, clock);
    for (const batch of batches.slice(13)) again.history.record(batch);
    expect(await valuesOf(again.history, key, { fromMs: start, toMs: start + minuteMs })).toEqual([
      [0, expected[0]],
      [10_000, expected[1]],
    ]);
  });

  it("count once when they were sent twice", async () => {
    const { history } = await open();
    history.record(batchOf(["x.count", start, 5], ["x.count", start, 5]));
    history.record(
      batchOf(["x.count", start + 10_000, 5], ["x.count", start + 11_000, 5], ["x.count", start + 11_000, 5]),
    );
    history.record(batchOf(["x.count", start + 10_000 * 4, 5], ["x.count", start, 7]));
    for (let times = 0; times < 3; times += 1) history.record(batchOf(["x.count", start + 50_000.25, 5]));
    expect(await valuesOf(history, "x.count", { fromMs: start + 50_000, toMs: start + 60_000 })).toEqual([
      [50_000, 5],
    ]);
    expect(await valuesOf(history, "x.count", { fromMs: start, toMs: start + 30_000 })).toEqual([
      [0, 7],
      [10_000, 10],
    ]);
  });
});

describe("zooming out", () => {
  it("keeps what a series means: counts are summed, extremes stay, at every resolution", async () => {
    const { history, clock } = await open();
    const series = ["hits.count", "q.upper", "q.lower", "load"];
    for (let beat = 0; beat < 360; beat += 1) {
      const values = [5, beat % 60 === 7 ? 1000 : 10, beat % 60 === 7 ? 1 : 10, beat];
      history.record(
        batchOf(...series.map((name, place): Point => [name, start + beat * 10_000, values[place] ?? 0])),
      );
    }
    const seen = async (stepMs: number) =>
      await Promise.all(
        series.map(async (key) => {
          const found = await history.query({ key, fromMs: start, toMs: start + hourMs, stepMs });
          return [found.aggregate, found.points.map(({ value }) => value)];
        }),
      );
    const expected = [
      ["sum", [1800]],
      ["max", [1000]],
      ["min", [1]],
      ["avg", [179.5]],
    ];
    expect(await seen(hourMs)).toEqual(expected);
    for (let day = 0; day < 40; day += 1) {
      await clock.advance(dayMs);
      await history.flush();
    }
    expect(await seen(hourMs)).toEqual(expected);
    const last = {
      key: "load",
      fromMs: start,
      toMs: start + hourMs,
      stepMs: hourMs,
      aggregate: "last",
    } as const;
    const { resolutionMs, points } = await history.query(last);
    expect({ resolutionMs, values: points.map(({ value }) => value) }).toEqual({
      resolutionMs: 15 * minuteMs,
      values: [359],
    });
  });

  it.each([
    ["a.count", "sum"],
    ["stats.timers.q.sum_90", "sum"],
    ["stats.timers.q.count_ps", "avg"],
    ["stats.timers.q.upper_99_9;host=web1", "max"],
    ["stats.gauges.x.max", "max"],
    ["odd\\;name.lower;a=b", "min"],
    ["cpu;mode=.count", "avg"],
    ["coredumps.count", "avg"],
    ["account", "avg"],
    ["queue.count", "last"],
    ["own", "min"],
  ])("%s is kept by its %s", (key, method) => {
    const rules = [
      { match: ["queue.*", "own"], method: "last" },
      { match: ["own"], method: "max" },
    ] as const;
    const first = { match: ["own"], method: "min" } as const;
    expect(aggregationBy([first, ...rules])(key)).toBe(method);
  });
});
