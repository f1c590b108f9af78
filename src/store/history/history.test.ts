import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { type FakeClock, fakeClock } from "../../../test/support/fake-clock.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import type { Batch, Metric } from "../../metric/metric.ts";
import type { Aggregate } from "./buckets.ts";
import { type History, historyConfig, openHistory } from "./index.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** The first millisecond of a day, of a week counted from 1970, and of nothing larger. */
const start = 2_800 * 7 * dayMs;

interface Opened {
  readonly history: History;
  readonly clock: FakeClock;
  readonly directory: string;
  readonly lines: string[];
  /** Sum of the counters of this name, over all labels or one. */
  counted(name: string, why?: string): number;
}

async function open(
  settings: object = {},
  { directory = directoryOfTest(), clock = fakeClock(start) } = {},
): Promise<Opened> {
  const { log, telemetry, lines } = testContext();
  const config = historyConfig.parse({ flush_every: "1d", ...settings });
  const history = await openHistory(config, { clock, log, telemetry, directory });
  onTestFinished(() => history.stop());
  const counted = (name: string, why?: string) =>
    telemetry
      .samples()
      .filter((sample) => sample.name === name && (why === undefined || sample.labels["why"] === why))
      .reduce((sum, { value }) => sum + value, 0);
  return { history, clock, directory, lines, counted };
}

const batch = (metrics: readonly Metric[], host = ""): Batch => ({
  origin: "append",
  host,
  timestampMs: 0,
  metrics,
});
const point = (name: string, timestampMs: number, value: number, tags = {}): Metric => ({
  name,
  tags,
  value,
  timestampMs,
});
const rows = (points: readonly { timeMs: number; value: number }[]) =>
  points.map(({ timeMs, value }) => [timeMs, value]);
const filesOf = (directory: string, end: string) =>
  (existsSync(directory) ? readdirSync(directory) : []).filter((name) => name.endsWith(end)).sort();

it("gives back what was recorded, at the places of the grid", async () => {
  const { history } = await open();
  history.record(batch([point("load", start + 3_000, 0.25), point("load", start + 13_999, 0.5)]));
  history.record(batch([point("load", start + 14_500, 0.75, {}), point("load", start + 40_000, -3)]));
  const { points, ...rest } = await history.query({ key: "load", fromMs: start, toMs: start + hourMs });
  expect(rest).toEqual({ resolutionMs: 10_000, stepMs: 10_000, aggregate: "avg" });
  expect(rows(points)).toEqual([
    [start, 0.25],
    [start + 10_000, 0.75],
    [start + 40_000, -3],
  ]);
});

it("gives each value back bit by bit, from memory and from a block", async () => {
  const { history, clock } = await open();
  const values = [
    0.30000000000000004,
    99.99999999999999,
    110.00000000000001,
    2.0000000000000004,
    123456789.12345678,
    1000000000.0000001,
    Number.MIN_VALUE,
    Number.MAX_VALUE,
    -0.1,
    1 / 3,
  ];
  history.record(batch(values.map((value, place) => point("exact", start + place * 10_000, value))));
  const asked = async () => {
    const { points } = await history.query({ key: "exact", fromMs: start, toMs: start + hourMs });
    return rows(points).map(([, value]) => value);
  };
  expect(await asked()).toEqual(values);
  await clock.advance(3 * hourMs);
  await history.flush();
  expect(await asked()).toEqual(values);
});

it("knows series by name, tags and the host that was measured", async () => {
  const { history } = await open();
  history.record(batch([point("disk", start, 1, { device: "sda" }), point("disk", start, 2)]));
  history.record(batch([point("disk", start, 3, { device: "sda", host: "liar" })], "web1"));
  expect(await history.series()).toEqual(["disk", "disk;device=sda", "disk;device=sda;host=web1"]);
  expect(await history.series({ prefix: "disk;", limit: 1 })).toEqual(["disk;device=sda"]);
  const key = "disk;device=sda;host=web1";
  expect(rows((await history.query({ key, fromMs: start, toMs: start + 1 })).points)).toEqual([[start, 3]]);
  expect((await history.query({ key: "none", fromMs: start, toMs: start + 1 })).points).toEqual([]);
});

it("keeps all of it over a restart, in memory and in blocks", async () => {
  const directory = directoryOfTest();
  const clock = fakeClock(start);
  const recorded: [number, number][] = [];
  for (let part = 0; part < 6; part += 1) {
    const { history } = await open({}, { directory, clock });
    for (let beat = 0; beat < 200; beat += 1) {
      recorded.push([clock.now(), recorded.length % 17]);
      history.record(batch([point("a", clock.now(), (recorded.length - 1) % 17)]));
      await clock.advance(10_000);
    }
    await clock.advance(part % 2 === 0 ? 0 : 11 * minuteMs);
    await history.flush();
    const answer = await history.query({ key: "a", fromMs: start, toMs: clock.now() + 1 });
    expect(rows(answer.points)).toEqual(recorded);
    expect(history.figures().points).toBe(recorded.length);
    await history.stop();
    await history.stop();
  }
  expect(filesOf(join(directory, "10s"), ".block").length).toBeGreaterThan(0);
  expect(filesOf(join(directory, "10s"), ".temporary")).toEqual([]);
});

it("lets points come late: in memory, and after their block was made; the later one counts", async () => {
  const { history, clock, directory } = await open();
  history.record(batch([point("a", start, 1), point("a", start + 20_000, 3)]));
  history.record(batch([point("a", start + 10_000, 2), point("a", start + 20_000, 4)]));
  await clock.advance(3 * hourMs);
  await history.flush();
  expect(filesOf(join(directory, "10s"), ".block")).toEqual([`${start}-0.block`]);
  history.record(batch([point("a", start + 10_000, 20), point("a", start + 30_000, 5)]));
  const expected = [
    [start, 1],
    [start + 10_000, 20],
    [start + 20_000, 4],
    [start + 30_000, 5],
  ];
  const query = { key: "a", fromMs: start, toMs: start + hourMs };
  expect(rows((await history.query(query)).points)).toEqual(expected);
  await clock.advance(11 * minuteMs);
  await history.flush();
  expect(filesOf(join(directory, "10s"), ".block")).toEqual([`${start}-0.block`, `${start}-1.block`]);
  expect(filesOf(join(directory, "10s"), ".head")).toEqual([]);
  expect(rows((await history.query(query)).points)).toEqual(expected);
});

interface Known {
  readonly timeMs: number;
  readonly value: number;
}

const reduce: Record<Exclude<Aggregate, "last">, (values: number[]) => number> = {
  avg: (values) => values.reduce((sum, value) => sum + value, 0) / values.length,
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  min: (values) => Math.min(...values),
  max: (values) => Math.max(...values),
  count: (values) => values.length,
};

function naive(known: readonly Known[], stepMs: number, aggregate: Exclude<Aggregate, "last">): number[][] {
  const buckets = new Map<number, number[]>();
  for (const { timeMs, value } of known) {
    const at = Math.floor(timeMs / stepMs) * stepMs;
    buckets.set(at, [...(buckets.get(at) ?? []), value]);
  }
  return Array.from(buckets, ([at, values]) => [at, reduce[aggregate](values)]);
}

it("rolls up to what a naive aggregate gives, before, across and after the roll-up", async () => {
  const { history, clock, directory } = await open({ resolutions: ["10s:1d", "1m:10d", "15m:1y"] });
  const known: Record<string, Known[]> = { walk: [], percent: [], seldom: [] };
  let walk = 1e6;
  const record = (name: string, value: number) => {
    known[name]?.push({ timeMs: clock.now(), value });
    history.record(batch([point(name, clock.now(), value)]));
  };
  let seed = 7;
  const random = () => {
    seed = (seed * 16_807) % 2_147_483_647;
    return seed / 2_147_483_647;
  };
  const compare = async (fromMs: number, toMs: number, stepMs: number) => {
    for (const [key, all] of Object.entries(known)) {
      const within = all.filter(({ timeMs }) => timeMs >= fromMs && timeMs < toMs);
      for (const aggregate of ["avg", "sum", "min", "max", "count"] as const) {
        const { points } = await history.query({ key, fromMs, toMs, stepMs, aggregate });
        const expected = naive(within, stepMs, aggregate);
        expect(points.map(({ timeMs }) => timeMs)).toEqual(expected.map(([timeMs]) => timeMs));
        for (const [place, { value }] of points.entries()) {
          expect(value).toBeCloseTo(expected[place]?.[1] ?? Number.NaN, 4);
        }
      }
    }
  };
  for (let day = 0; day < 9; day += 1) {
    for (let beat = 0; beat < 288; beat += 1) {
      walk += Math.floor(random() * 200) - 90;
      record("walk", walk);
      record("percent", Math.round(random() * 10_000) / 100);
      if (beat % 50 === 0) record("seldom", Math.sqrt(beat + day));
      await clock.advance(10_000);
      walk += Math.floor(random() * 200);
      record("walk", walk);
      await clock.advance(290_000);
      if (beat % 24 === 0) await history.flush();
    }
    if (day === 1 || day === 3) await compare(start, clock.now(), 15 * minuteMs);
  }
  await history.flush();
  const blocksOf = (name: string) => filesOf(join(directory, name), ".block").length;
  expect([blocksOf("1m"), blocksOf("15m")]).toEqual([8, 1]);
  // A day, the spans in which it ends and begins, and what the roll-up of a day waits for.
  expect(blocksOf("10s")).toBeLessThanOrEqual(16);
  await compare(start, clock.now(), 15 * minuteMs);
  await compare(start, clock.now(), 3 * hourMs);
  await compare(start + dayMs, start + 2 * dayMs, minuteMs);
  await compare(clock.now() - 6 * hourMs, clock.now(), minuteMs);
  const answer = await history.query({ key: "walk", fromMs: start, toMs: start + dayMs });
  expect(answer).toMatchObject({ resolutionMs: minuteMs, stepMs: minuteMs });
  expect(rows(answer.points)).toEqual(
    naive(known["walk"]?.filter(({ timeMs }) => timeMs < start + dayMs) ?? [], minuteMs, "avg"),
  );
});

it("answers with the last value of a bucket", async () => {
  const { history } = await open();
  for (let beat = 0; beat < 12; beat += 1) history.record(batch([point("a", start + beat * 10_000, beat)]));
  const answer = await history.query({
    key: "a",
    fromMs: start,
    toMs: start + 2 * minuteMs,
    stepMs: minuteMs,
    aggregate: "last",
  });
  expect(rows(answer.points)).toEqual([
    [start, 5],
    [start + minuteMs, 11],
  ]);
});

it.each([
  ["times the wrong way round", { fromMs: start, toMs: start }, "not after its start"],
  ["a time that is none", { fromMs: Number.NaN, toMs: start }, "not after its start"],
  ["a step that is none", { fromMs: start, toMs: start + 1, stepMs: 0 }, "at least 1 ms"],
  ["too many points", { fromMs: start - 10 * dayMs, toMs: start, stepMs: 10_000 }, undefined],
  ["far too many points", { fromMs: 0, toMs: start, stepMs: 900_000 }, "more than 20000"],
])("refuses %s", async (_, times, reason) => {
  const { history } = await open();
  const answer = history.query({ key: "a", ...times });
  if (reason === undefined) await expect(answer).resolves.toMatchObject({ stepMs: 60_000 });
  else
    await expect(answer).rejects.toMatchObject({
      code: "body.invalid",
      message: expect.stringContaining(reason),
    });
});

it("refuses what lies outside of the times that are kept, and what is no number", async () => {
  const { history, clock, counted } = await open();
  const now = clock.now();
  history.record(
    batch([
      point("a", now + hourMs + 1, 1),
      point("a", now - 365 * dayMs - 1, 2),
      point("a", Number.NaN, 3),
      point("a", now, Number.NaN),
      point("a", now - 365 * dayMs, 4),
      point("a", now + hourMs, 5),
    ]),
  );
  expect(["future", "old", "not finite"].map((why) => counted("history_refused_total", why))).toEqual([
    1, 2, 1,
  ]);
  expect(counted("history_points_total")).toBe(2);
});

it("keeps at most so many series, says so once, and lets new ones in for those that are gone", async () => {
  const { history, clock, counted, lines } = await open({ max_series: 3 });
  const record = (...names: string[]) =>
    history.record(batch(names.map((name) => point(name, clock.now(), 1))));
  record("a", "b", "c", "d", "e", "d");
  expect(await history.series()).toEqual(["a", "b", "c"]);
  expect(counted("history_series_overflow_total")).toBe(3);
  expect(lines.filter((line) => line.includes("too many series"))).toHaveLength(1);
  await clock.advance(2 * hourMs);
  // The places of those of the span before are kept for them.
  record("d", "a", "b");
  expect(history.figures().series).toBe(3);
  expect(counted("history_series_overflow_total")).toBe(4);
  await clock.advance(2 * hourMs);
  record("d", "a", "b");
  expect(counted("history_series_overflow_total")).toBe(4);
});

it("believes a clock that jumps ahead only after an hour, and finds everything when it is back", async () => {
  const { history, clock, counted, directory } = await open();
  for (let beat = 0; beat < 3 * 360; beat += 1) {
    history.record(batch([point("a", clock.now(), beat)]));
    await clock.advance(10_000);
  }
  await history.flush();
  const times = { fromMs: start, toMs: start + 3 * hourMs };
  const before = rows((await history.query({ key: "a", ...times })).points);
  clock.jump(400 * dayMs);
  history.record(batch([point("a", clock.now(), -1)]));
  await clock.advance(30 * minuteMs);
  await history.flush();
  history.record(batch([point("a", clock.now(), -2)]));
  clock.jump(-400 * dayMs);
  history.record(batch([point("a", clock.now(), 7)]));
  await history.flush();
  expect(counted("history_blocks_dropped_total")).toBe(0);
  expect(before).toHaveLength(1080);
  expect(rows((await history.query({ key: "a", ...times })).points)).toEqual(before);
  const now = await history.query({ key: "a", fromMs: clock.now(), toMs: clock.now() + 10_000 });
  expect(now.points.map(({ value }) => value)).toEqual([7]);
  // What was opened a year ahead is a block by now, and stands in nobody's way.
  expect(filesOf(join(directory, "10s"), ".head")).toHaveLength(1);
  clock.jump(400 * dayMs);
  await history.flush();
  await clock.advance(61 * minuteMs);
  await history.flush();
  expect(counted("history_blocks_dropped_total", "age")).toBeGreaterThan(0);
});

it("takes a day at once where series are few, whatever the order of its spans", async () => {
  const { history, clock, counted } = await open();
  await clock.advance(24 * hourMs);
  const hours = [20, 3, 13, 1, 22, 7, 17, 5, 11, 15, 9, 19];
  const names = Array.from({ length: 100 }, (_, number) => `series.${number}`);
  for (const hour of hours)
    history.record(batch(names.map((name) => point(name, start + hour * hourMs, hour))));
  expect(counted("history_points_refused_total")).toBe(0);
  await clock.advance(hourMs);
  await history.flush();
  const { points } = await history.query({ key: "series.42", fromMs: start, toMs: clock.now() });
  expect(points.map(({ value }) => value)).toEqual(hours.toSorted((one, other) => one - other));
});

it("makes a block of the oldest span when a fourth one is needed and series are many", async () => {
  const { history, clock, directory } = await open({ max_series: 1 });
  await clock.advance(12 * hourMs);
  const times = [11, 9, 7, 5].map((hours) => start + hours * hourMs);
  for (const timeMs of times) history.record(batch([point("a", timeMs, timeMs)]));
  await history.flush();
  expect(filesOf(join(directory, "10s"), ".block")).toHaveLength(1);
  const { points } = await history.query({ key: "a", fromMs: start, toMs: clock.now() });
  expect(points.map(({ value }) => value)).toEqual(times.toReversed());
});

it("deletes the oldest of the finest when there are too many bytes", async () => {
  const { history, clock, directory, counted } = await open({ max_size: "1MiB" });
  const names = Array.from({ length: 60 }, (_, number) => `series.${number}`);
  let most = 0;
  for (let beat = 0; beat < 14 * 360; beat += 1) {
    history.record(batch(names.map((name) => point(name, clock.now(), Math.random()))));
    await clock.advance(10_000);
    if (beat % 360 !== 0) continue;
    await history.flush();
    most = Math.max(most, history.figures().bytes);
  }
  expect(counted("history_blocks_dropped_total", "size")).toBeGreaterThan(0);
  expect(most).toBeLessThanOrEqual(1024 * 1024);
  const blocks = filesOf(join(directory, "10s"), ".block");
  expect(blocks).not.toContain(`${start}-0.block`);
  const sizes = blocks.map((name) => statSync(join(directory, "10s", name)).size);
  expect(history.figures()).toMatchObject({ bytes: sizes.reduce((sum, size) => sum + size, 0), series: 60 });
});

it("goes on in memory without a directory, says so once, and writes everything when there is one", async () => {
  const parent = directoryOfTest();
  const directory = join(parent, "place", "history");
  writeFileSync(join(parent, "place"), "a file in the way");
  const { history, clock, lines, counted } = await open({}, { directory });
  for (let beat = 0; beat < 20; beat += 1) {
    history.record(batch([point("a", clock.now(), beat)]));
    await clock.advance(10_000);
    await history.flush();
  }
  const query = { key: "a", fromMs: start, toMs: clock.now() };
  expect((await history.query(query)).points).toHaveLength(20);
  expect(lines.filter((line) => line.includes("[error]"))).toHaveLength(1);
  expect(counted("history_write_failures_total")).toBe(21);
  rmSync(join(parent, "place"));
  await history.flush();
  expect(lines.at(-1)).toContain("is written again");
  await history.stop();
  const again = await open({}, { directory, clock });
  expect((await again.history.query(query)).points).toHaveLength(20);
});

it("gives up the oldest spans when nothing can be written for hours, counted", async () => {
  const { history, clock, directory, counted } = await open({ max_series: 1 });
  history.record(batch([point("a", clock.now(), 0)]));
  await history.flush();
  renameSync(join(directory, "10s"), join(directory, "gone"));
  for (let beat = 0; beat < 6 * 720; beat += 1) {
    history.record(batch([point("a", clock.now(), beat)]));
    await clock.advance(10_000);
    if (beat % 180 === 0) await history.flush();
  }
  expect(counted("history_points_lost_total")).toBeGreaterThan(700);
  const kept = history.figures().points;
  expect(kept).toBeLessThanOrEqual(4 * 720);
  mkdirSync(join(directory, "10s"));
  await history.flush();
  await clock.advance(hourMs);
  await history.flush();
  expect(history.figures().points).toBe(kept);
  expect(filesOf(join(directory, "10s"), ".block").length).toBeGreaterThan(2);
});
