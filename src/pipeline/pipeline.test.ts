// Each stage by what goes in and what comes out; the guard; the taps.
import { describe, expect, it, onTestFinished } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { fakeClock } from "../../test/support/fake-clock.ts";
import type { Batch, Metric, Origin } from "../metric/metric.ts";
import { type PipelineConfig, pipelineModule } from "./index.ts";

type Short = readonly [name: string, value: number, tags?: Record<string, string>, timestampMs?: number];

function batchOf(shorts: readonly Short[], extra: Partial<Batch> = {}): Batch {
  const metrics = shorts.map(
    ([name, value, tags = {}, timestampMs = 1000]): Metric => ({ name, value, tags, timestampMs }),
  );
  return { origin: "graphite", host: "", timestampMs: 1000, metrics, ...extra };
}

async function open(settings: object) {
  const clock = fakeClock(1_000_000);
  const emitted: Batch[] = [];
  const context = { ...testContext(), clock };
  const config = pipelineModule.config.parse(settings) as PipelineConfig;
  const emit = (batches: readonly Batch[]) => void emitted.push(...batches);
  const pipeline = await pipelineModule.start(config, { ...context, outputNames: ["influx"], emit });
  onTestFinished(() => pipeline.stop());
  const short = (batches: readonly Batch[]) =>
    batches.flatMap(({ metrics }) =>
      metrics.map(({ name, value, tags }) => `${name}${JSON.stringify(tags)}=${value}`),
    );
  return {
    ...{ pipeline, clock, emitted, context, short },
    pass: (...shorts: Short[]) => short(pipeline.process([batchOf(shorts)])),
  };
}

describe("rename", () => {
  it.each<[object, string]>([
    [{ prefix: "a.", suffix: ".z" }, "a.web.hits.z"],
    [{ replace: "^web\\.(.*)$", by: "$1.web" }, "hits.web"],
    [{ match: "db.*", prefix: "a." }, "web.hits"],
    [{ replace: ".*", by: "" }, "web.hits"],
  ])("%j", async (settings, expected) => {
    const { pass } = await open({ stages: [{ rename: settings }] });
    expect(pass(["web.hits", 1])).toEqual([`${expected}{}=1`]);
  });

  it("gives tags other names", async () => {
    const { pass } = await open({ stages: [{ rename: { tags_to: { dc: "site" } } }] });
    expect(pass(["x", 1, { dc: "a", env: "p" }])).toEqual(['x{"site":"a","env":"p"}=1']);
  });

  it("takes tags for what they are called", async () => {
    const rename = { tags: { constructor: "*" }, prefix: "p.", tags_to: { dc: "site" } };
    const { pass } = await open({ stages: [{ rename }] });
    expect(pass(["x", 1, { dc: "a" }])).toEqual(['x{"dc":"a"}=1']);
    expect(pass(["x", 1, { constructor: "a", toString: "b" }])).toEqual([
      'p.x{"constructor":"a","toString":"b"}=1',
    ]);
  });

  it("refuses an expression that is none, and is done at once with a hard one", async () => {
    const parsed = pipelineModule.config.safeParse({ stages: [{ rename: { replace: "(" } }] });
    expect(parsed.success).toBe(false);
    const { pass } = await open({ stages: [{ rename: { replace: "(a+)+$", by: "b" } }] });
    expect(pass([`${"a".repeat(400)}c`, 1])).toHaveLength(1);
  });
});

describe("tag", () => {
  it("sets, overwrites or not, and removes", async () => {
    const set = await open({ stages: [{ tag: { set: { site: "tokyo" } } }] });
    expect(set.pass(["x", 1, { site: "old", a: "b" }])).toEqual(['x{"site":"tokyo","a":"b"}=1']);
    const kept = await open({ stages: [{ tag: { set: { site: "tokyo" }, overwrite: false } }] });
    expect(kept.pass(["x", 1, { site: "old" }], ["y", 2])).toEqual([
      'x{"site":"old"}=1',
      'y{"site":"tokyo"}=2',
    ]);
    const less = await open({ stages: [{ tag: { remove: ["a"] } }] });
    expect(less.pass(["x", 1, { a: "b", c: "d" }])).toEqual(['x{"c":"d"}=1']);
  });
});

describe("filter", () => {
  it.each<[object, string[]]>([
    [{ action: "drop", match: "web.*" }, ['db.size{"env":"test"}=3']],
    [{ action: "keep", match: ["web.*"] }, ["web.hits{}=1", 'web.time{"env":"prod"}=2']],
    [{ action: "drop", tags: { env: "t*" } }, ["web.hits{}=1", 'web.time{"env":"prod"}=2']],
    [
      { action: "drop", from: ["statsd"] },
      ["web.hits{}=1", 'web.time{"env":"prod"}=2', 'db.size{"env":"test"}=3'],
    ],
    [{ action: "drop" }, []],
  ])("%j", async (settings, expected) => {
    const { pass } = await open({ stages: [{ filter: settings }] });
    expect(pass(["web.hits", 1], ["web.time", 2, { env: "prod" }], ["db.size", 3, { env: "test" }])).toEqual(
      expected,
    );
  });

  it("knows the host that was measured as a tag", async () => {
    const { pipeline, short } = await open({
      stages: [{ filter: { action: "drop", tags: { host: "web*" } } }],
    });
    const batches = [batchOf([["a", 1]], { host: "web1" }), batchOf([["b", 1]], { host: "db1" })];
    expect(short(pipeline.process(batches))).toEqual(["b{}=1"]);
  });
});

describe("rate", () => {
  it("gives growth per second, and nothing for a first value, a reset and an old value", async () => {
    const { pass } = await open({ stages: [{ rate: { match: "c", suffix: ".rate" } }] });
    expect(pass(["c", 10, {}, 1000], ["g", 5])).toEqual(["g{}=5"]);
    expect(pass(["c", 30, {}, 11_000])).toEqual(["c.rate{}=2"]);
    expect(pass(["c", 30, {}, 11_000])).toEqual([]);
    expect(pass(["c", 3, {}, 21_000])).toEqual([]);
    expect(pass(["c", 8, {}, 31_000])).toEqual(["c.rate{}=0.5"]);
  });

  it("begins anew after a long silence", async () => {
    const { pass } = await open({ stages: [{ rate: { max_age: "1m" } }] });
    pass(["c", 10, {}, 0]);
    expect(pass(["c", 20, {}, 61_000])).toEqual([]);
  });
});

describe("roll_up", () => {
  it("gives one value for each span, stamped with its end, and lets others pass", async () => {
    const stages = [
      { roll_up: { match: "t.*", every: "10s", wait: "2s", aggregate: ["avg", "max", "count"] } },
      { tag: { set: { rolled: "yes" } } },
    ];
    const { pass, clock, emitted, short } = await open({ stages });
    expect(
      pass(["t.a", 1, {}, 1_000_000], ["t.a", 5, {}, 1_009_999], ["t.a", 7, {}, 1_010_000], ["other", 1]),
    ).toEqual(['other{"rolled":"yes"}=1']);
    await clock.advance(11_000);
    expect(emitted).toEqual([]);
    await clock.advance(1000);
    expect(short(emitted)).toEqual([
      't.a.avg{"rolled":"yes"}=3',
      't.a.max{"rolled":"yes"}=5',
      't.a.count{"rolled":"yes"}=2',
    ]);
    expect(emitted[0]?.timestampMs).toBe(1_010_000);
    await clock.advance(10_000);
    expect(emitted).toHaveLength(2);
  });
});

describe("the list of stages", () => {
  it("gives at its stop what is held back, each through what stands behind it", async () => {
    const { pipeline, pass, emitted, short } = await open({
      stages: [
        { roll_up: { every: "10s" } },
        { rename: { prefix: "a." } },
        { roll_up: { every: "1m", aggregate: ["sum"], match: "a.x" } },
        { tag: { set: { rolled: "yes" } } },
      ],
    });
    expect(pass(["x", 1, {}, 1_000_000], ["x", 2, {}, 1_001_000], ["y", 5, {}, 1_000_000])).toEqual([]);
    await Promise.all([pipeline.stop(), pipeline.stop()]);
    expect(short(emitted)).toEqual(['a.y{"rolled":"yes"}=5', 'a.x{"rolled":"yes"}=1.5']);
    expect(emitted.at(-1)?.timestampMs).toBe(1_020_000);
  });

  it("works in its order", async () => {
    const { pass } = await open({
      stages: [{ rename: { prefix: "a." } }, { filter: { action: "keep", match: "a.*" } }],
    });
    expect(pass(["x", 1])).toEqual(["a.x{}=1"]);
  });

  it.each([[{}], [{ rename: {}, tag: {} }], [{ nothing: {} }]])("refuses %j as a stage", (stage) => {
    expect(pipelineModule.config.safeParse({ stages: [stage] }).success).toBe(false);
  });
});

describe("the guard", () => {
  const many = (count: number, from = 0): Short[] =>
    Array.from({ length: count }, (_, number): Short => [`app.users.u${from + number}`, 1]);

  it("admits so many series for each source, and counts the rest in one series", async () => {
    const { pipeline, clock, emitted } = await open({ max_series: 3, max_series_of: { statsd: 1 } });
    const count = (origin: Origin, shorts: Short[]) =>
      pipeline.process([batchOf(shorts, { origin })]).flatMap(({ metrics }) => metrics).length;
    expect(count("graphite", many(5))).toBe(3);
    expect(count("graphite", many(5))).toBe(3);
    expect(count("statsd", many(5))).toBe(1);
    await clock.advance(10_000);
    expect(emitted.flatMap(({ metrics }) => metrics)).toMatchObject([
      { name: "yagura.series_overflow", tags: { source: "statsd" }, value: 4 },
      { name: "yagura.series_overflow", tags: { source: "graphite" }, value: 4 },
    ]);
    expect(emitted).toMatchObject([
      { origin: "collectors", collector: "yagura.series_overflow", host: "", timestampMs: clock.now() },
    ]);
    await clock.advance(10_000);
    expect(emitted).toHaveLength(1);
  });

  it("counts the series of each host: those of another one are others", async () => {
    const { pipeline } = await open({ max_series: 3 });
    const admitted = (host: string) =>
      pipeline.process([batchOf(many(2), { host })]).flatMap(({ metrics }) => metrics).length;
    expect([admitted("web1"), admitted("web2"), admitted("web1"), admitted("")]).toEqual([2, 1, 2, 0]);
    expect(await pipeline.seriesReports()).toMatchObject([{ series: 3, overflow: 3 }]);
  });

  it("tells who makes the series", async () => {
    const { pipeline } = await open({ max_series: 4 });
    const tagged = ["a", "b", "c"].map((user): Short => ["web.hits.total", 1, { user, env: "p" }]);
    pipeline.process([batchOf([...tagged, ["db.size", 1]]), batchOf(many(3))]);
    expect(await pipeline.seriesReports()).toEqual([
      {
        ...{ source: "graphite", limit: 4, series: 4, overflow: 3 },
        families: [
          { name: "web.hits", count: 3 },
          { name: "db.size", count: 1 },
        ],
        tags: [
          { name: "user", count: 3 },
          { name: "env", count: 1 },
        ],
        refused: [{ name: "app.users", count: 3 }],
      },
    ]);
  });

  it("gives places free that are not used any more", async () => {
    const { pass, clock } = await open({ max_series: 2, series_silent: "1m" });
    expect(pass(["a", 1], ["b", 1], ["c", 1])).toHaveLength(2);
    await clock.advance(60_000);
    expect(pass(["a", 1], ["c", 1])).toHaveLength(1);
    await clock.advance(60_000);
    expect(pass(["a", 1], ["c", 1], ["d", 1])).toHaveLength(2);
  });

  it("stays small under 200,000 new series", async () => {
    const { pipeline } = await open({});
    let passed = 0;
    for (let from = 0; from < 200_000; from += 1000)
      passed += pipeline.process([batchOf(many(1000, from))])[0]?.metrics.length ?? 0;
    expect(passed).toBe(10_000);
    expect(await pipeline.seriesReports()).toMatchObject([{ series: 10_000, overflow: 190_000 }]);
  });
});

describe("taps", () => {
  it("show what passes a point to whoever looks, and say what they missed", async () => {
    const { pipeline, pass } = await open({ stages: [{ rename: { prefix: "new." } }] });
    const before = pipeline.taps.open("inputs");
    const behind = pipeline.taps.open("pipeline");
    pass(["x", 1]);
    expect((await before?.next())?.batches[0]?.metrics[0]?.name).toBe("x");
    expect((await behind?.next())?.batches[0]?.metrics[0]?.name).toBe("new.x");
    for (let round = 0; round < 30; round += 1)
      pass(...Array.from({ length: 1000 }, (_, n): Short => [`s${n}`, 1]));
    expect(await before?.next()).toMatchObject({ missed: 10_000 });
    // Whoever has taken what waited misses nothing of what comes then.
    for (let round = 0; round < 15; round += 1)
      pass(...Array.from({ length: 1000 }, (_, n): Short => [`s${n}`, 1]));
    expect(await before?.next()).toMatchObject({ missed: 0, batches: { length: 15 } });
    const waiting = before?.next();
    before?.close();
    expect(await waiting).toBeUndefined();
    behind?.close();
  });

  it("are limited in number, and only where there is a point", async () => {
    const { pipeline } = await open({});
    expect(pipeline.taps.points).toEqual(["inputs", "pipeline", "outputs.influx"]);
    expect(pipeline.taps.open("nowhere")).toBeUndefined();
    const all = Array.from({ length: 16 }, () => pipeline.taps.open("inputs"));
    expect(pipeline.taps.open("inputs")).toBeUndefined();
    all[0]?.close();
    all[0]?.close();
    expect(pipeline.taps.open("inputs")).toBeDefined();
    expect(pipeline.taps.open("inputs")).toBeUndefined();
  });

  it("are shared out among those who ask, and leave some to the owner", async () => {
    const { pipeline } = await open({});
    const opened = (asker: string | undefined) =>
      Array.from({ length: 17 }, () => pipeline.taps.open("inputs", asker)).filter(Boolean).length;
    expect(["a", "b", "c", "d", undefined].map(opened)).toEqual([4, 4, 4, 0, 4]);
  });
});
