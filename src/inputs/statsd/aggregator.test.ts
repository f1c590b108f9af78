// The table of contract opsbro §9.2, and everything beside it: what an interval's lines become.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { workedMs } from "../../../test/support/worked.ts";
import type { StatsdEvent, StatsdServiceCheck } from "../../formats/statsd-line/statsd-line.ts";
import { Aggregator, type AggregatorSettings } from "./aggregator.ts";
import { statsdConfig } from "./config.ts";

function open(changed: Partial<AggregatorSettings> = {}) {
  const { prefixes, percentiles } = statsdConfig.parse({});
  const faults: Record<string, number> = {};
  const events: StatsdEvent[] = [];
  const checks: StatsdServiceCheck[] = [];
  const aggregator = new Aggregator(
    { prefixes, percentiles, maxSeries: 1000, relativeGauges: true, ...changed },
    {
      onEvent: (event) => void events.push(event),
      onServiceCheck: (check) => void checks.push(check),
      onFault: (reason) => {
        faults[reason] = (faults[reason] ?? 0) + 1;
      },
    },
  );
  const take = (...lines: string[]) => aggregator.take(Buffer.from(lines.join("\n")));
  const flush = () =>
    Object.fromEntries(
      [...aggregator.flush(1000, 10_000)].flat().map(({ name, tags, value }) => {
        const suffix = Object.keys(tags).length === 0 ? "" : JSON.stringify(tags);
        return [name + suffix, value];
      }),
    );
  return { aggregator, take, flush, faults, events, checks };
}

describe("the table", () => {
  it("gauges: average, least and largest of the interval", () => {
    const { take, flush } = open();
    take("temp:10|g", "temp:20|g", " temp : 60 | g ");
    expect(flush()).toEqual({
      "stats.gauges.temp": 30,
      "stats.gauges.temp.min": 10,
      "stats.gauges.temp.max": 60,
    });
  });

  it("counters: sum and rate under the names of gauges, scaled up by their sample rate", () => {
    const { take, flush } = open();
    take("hits:3|c", "hits:2|c|@0.5", "hits:1|c|@0.1");
    expect(flush()).toEqual({ "stats.gauges.hits.count": 17, "stats.gauges.hits.rate": 1.7 });
  });

  it.each(["ms", "h"])(
    "timers (%s): nine figures, percentiles between neighbours, deviation of the population",
    (type) => {
      const { take, flush } = open();
      for (let value = 100; value >= 1; value -= 1) take(`t:${value}|${type}`);
      const figures = flush();
      expect(Object.keys(figures).sort()).toEqual(
        ["count", "lower", "mean", "median", "std", "sum", "sum_99", "upper", "upper_99"].map(
          (key) => `stats.timers.t.${key}`,
        ),
      );
      expect(figures).toMatchObject({
        "stats.timers.t.mean": 50.5,
        "stats.timers.t.upper_99": 99.01,
        "stats.timers.t.sum_99": 4950,
        "stats.timers.t.count": 100,
        "stats.timers.t.sum": 5050,
        "stats.timers.t.median": 50.5,
        "stats.timers.t.upper": 100,
        "stats.timers.t.lower": 1,
      });
      expect(figures["stats.timers.t.std"]).toBeCloseTo(28.866_070_047_722_118, 9);
    },
  );

  it("meters have no effect, and what is malformed is counted", () => {
    const { take, flush, faults } = open();
    take("m:1|m", "no colon|c", "two:1:x|c", "a:1|q", "a:1|c|@3", "");
    expect(flush()).toEqual({});
    expect(faults).toEqual({
      "no value": 1,
      "value is no number": 1,
      "unknown type": 1,
      "bad sample rate": 1,
    });
  });

  it("an interval says nothing of what did not come in it", () => {
    const { take, flush } = open();
    take("a:1|c");
    flush();
    expect(flush()).toEqual({});
  });
});

describe("beside the table", () => {
  it("sets count different members", () => {
    const { take, flush } = open();
    take("users:a|s", "users:b|s", "users:a|s", "users:anna maria|s");
    expect(flush()).toEqual({ "stats.sets.users.count": 3 });
  });

  it("large sets are estimated within five per cent", () => {
    const { take, flush } = open();
    for (let member = 0; member < 50_000; member += 1) take(`users:user-${member}|s`);
    const count = flush()["stats.sets.users.count"] ?? 0;
    expect(Math.abs(count - 50_000)).toBeLessThan(2500);
  });

  it("gauges are changed by a sign, also from one interval to the next, unless that is not wanted", () => {
    const relative = open();
    relative.take("g:100|g", "g:-30|g", "g:+5|g");
    expect(relative.flush()).toMatchObject({ "stats.gauges.g.min": 70, "stats.gauges.g.max": 100 });
    relative.take("g:+25|g");
    expect(relative.flush()).toMatchObject({ "stats.gauges.g": 100 });
    relative.take("g:0|g");
    relative.flush();
    relative.take("g:+1|g", "g:+1|g", "g:-1|g", "g:-1|g");
    expect(relative.flush()).toMatchObject({ "stats.gauges.g": 0, "stats.gauges.g.max": 2 });
    const plain = open({ relativeGauges: false });
    plain.take("g:10|g", "g:-30|g", "g:+5|g");
    expect(plain.flush()).toMatchObject({ "stats.gauges.g": -5, "stats.gauges.g.min": -30 });
  });

  it("distributions have figures like timers, under a name of their own", () => {
    const { take, flush } = open({ percentiles: [50, 99.9] });
    take("d:1|d", "d:3|d");
    expect(flush()).toMatchObject({
      "stats.distributions.d.upper_50": 2,
      "stats.distributions.d.upper_99_9": 2.998,
      "stats.distributions.d.count": 2,
    });
  });

  it.each([100, -250, 0])("many values of %i: no figure is beyond what was measured", (value) => {
    const { take, flush } = open({ percentiles: [50, 90, 99] });
    for (let count = 0; count < 2000; count += 1) take(`t:${value}|ms`);
    const figures = flush();
    for (const name of ["median", "upper_50", "upper_90", "upper_99", "upper", "lower"])
      expect(figures[`stats.timers.t.${name}`]).toBe(value);
    for (const name of ["sum", "sum_50", "sum_90", "sum_99"])
      expect(figures[`stats.timers.t.${name}`]).toBe(2000 * value);
  });

  it("many values of both signs: sums and percentiles grow with their share, up to the whole", () => {
    const { take, flush } = open({ percentiles: [10, 60, 99, 100] });
    for (let value = -1500; value < 1500; value += 1) take(`t:${value / 7}|ms`);
    const figures = flush();
    const of = (name: string) => figures[`stats.timers.t.${name}`] ?? Number.NaN;
    expect(of("lower")).toBeLessThanOrEqual(of("upper_10"));
    expect(of("upper_10")).toBeLessThanOrEqual(of("median"));
    expect(of("median")).toBeLessThanOrEqual(of("upper_60"));
    expect(of("upper_100")).toBe(of("upper"));
    expect(of("sum_100")).toBeCloseTo(of("sum"), 6);
    expect(of("sum_10")).toBeLessThan(0);
  });

  it("a colon in a tag leads no later line astray", () => {
    const { take, flush } = open();
    take("w,peer=10.1.1.9:443:7|c", "w,peer=10.1.1.9:2|c", "w,peer=10.1.1.9:443:1|c", "w,peer=10.1.1.9:2|c");
    expect(flush()).toMatchObject({
      'stats.gauges.w.count{"peer":"10.1.1.9:443"}': 8,
      'stats.gauges.w.count{"peer":"10.1.1.9"}': 4,
    });
  });

  it("many values: the percentile is within one per cent of the true one", () => {
    const values = fc.array(fc.double({ min: 0.001, max: 1e6, noNaN: true }), {
      minLength: 1500,
      maxLength: 3000,
    });
    fc.assert(
      fc.property(values, (list) => {
        const { take, flush } = open({ percentiles: [50, 99] });
        for (const value of list) take(`t:${value}|ms`);
        const figures = flush();
        const sorted = [...list].sort((one, other) => one - other);
        for (const percentile of [50, 99]) {
          const rank = (percentile / 100) * (sorted.length - 1);
          const [low = 0, high = 0] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
          const found = figures[`stats.timers.t.upper_${percentile}`] ?? 0;
          expect(found).toBeGreaterThanOrEqual(low * 0.989);
          expect(found).toBeLessThanOrEqual(high * 1.011);
        }
      }),
      { numRuns: 20 },
    );
  });

  it("samples of timers count as often as they were thinned out, in every figure", () => {
    const { take, flush } = open({ percentiles: [60, 100] });
    take("t:20|ms", "t:10|ms|@0.5");
    expect(flush()).toMatchObject({
      "stats.timers.t.count": 3,
      "stats.timers.t.sum": 40,
      "stats.timers.t.sum_60": 20,
      "stats.timers.t.sum_100": 40,
      "stats.timers.t.median": 10,
      "stats.timers.t.lower": 10,
    });
    for (let value = 1; value <= 3000; value += 1) take(`t:${value}|ms|@0.1`);
    const { "stats.timers.t.sum": sum = 0, "stats.timers.t.sum_100": all = 0 } = flush();
    expect(sum).toBeCloseTo(45_015_000, 3);
    expect(Math.abs(all - sum)).toBeLessThan(sum * 0.011);
  });

  it("tags of all dialects make the same series", () => {
    const { take, flush } = open();
    take("a:1|c|#env:p,dc:x", "a,env=p,dc=x:1|c", "a;dc=x;env=p:1|c", "a[env=p,dc=x]:1|c");
    const figures = flush();
    expect(Object.values(figures)).toContain(4);
    expect(Object.keys(figures)).toHaveLength(2);
  });

  it("a line is known again but for its value, and values that only Number reads count the same", () => {
    const { take, flush, aggregator } = open();
    take("a:1|c", "a:2|c", "a:1e1|c", "a: 4 |c", "a:0.5|c", "a:.25|c", "a:123456789012345678|c");
    expect(flush()["stats.gauges.a.count"]).toBe(1 + 2 + 10 + 4 + 0.5 + 0.25 + Number("123456789012345678"));
    expect(aggregator.samples).toBe(7);
  });

  it("several values in one line", () => {
    const { take, flush } = open();
    take("t:1:2:3|ms", "t:4|ms");
    expect(flush()).toMatchObject({ "stats.timers.t.count": 4, "stats.timers.t.sum": 10 });
  });

  it("counters and gauges with a time of their own are put together by line", () => {
    const { take, aggregator } = open();
    take("a:4:5|g|T1700000000", "b:1:2:3|c|@0.5|#x:y|T1700000001");
    expect([...aggregator.flush(1000, 10_000)].flat()).toEqual([
      { name: "stats.gauges.a", tags: {}, value: 5, timestampMs: 1_700_000_000_000 },
      { name: "stats.gauges.b.count", tags: { x: "y" }, value: 12, timestampMs: 1_700_000_001_000 },
    ]);
    expect(aggregator.samples).toBe(5);
  });

  it("no more than ten thousand with a time of their own wait for a flush", () => {
    const { take, aggregator, faults } = open();
    const lines = Array.from({ length: 10_002 }, (_, number) => `c${number}:1|c|T1700000000`);
    take(...lines);
    expect(faults).toEqual({ "too many with a timestamp": 2 });
    expect([...aggregator.flush(1000, 10_000)].flat()).toHaveLength(10_000);
    take(lines[0] ?? "");
    expect([...aggregator.flush(2000, 10_000)].flat()).toHaveLength(1);
    expect(aggregator.samples).toBe(10_001);
  });

  it("timers and sets are what they are also with a time", () => {
    const { take, flush } = open();
    take("t:7|ms|T1700000000", "t:9|ms", "d:1|d|T1700000000", "s:a|s|T1700000000", "s:b|s");
    expect(flush()).toMatchObject({
      "stats.timers.t.sum": 16,
      "stats.distributions.d.count": 1,
      "stats.sets.s.count": 2,
    });
  });

  it("events and service checks are told", () => {
    const { take, events, checks } = open();
    take("_e{5,4}:title|text|t:error", "_sc|db.up|1|m:slow");
    expect(events).toMatchObject([{ title: "title", text: "text", alert: "error" }]);
    expect(checks).toMatchObject([{ name: "db.up", status: 1, message: "slow" }]);
  });
});

describe("limits", () => {
  it.each<[string[], string[]]>([
    [["a:1e308|c", "a:1e308|c"], []],
    [
      ["g:1e308|g", "g:+1e308|g"],
      ["stats.gauges.g", "stats.gauges.g.min", "stats.gauges.g.max"],
    ],
    [
      ["g:1e308|g", "g:1e308|g"],
      ["stats.gauges.g.min", "stats.gauges.g.max"],
    ],
    [["b:9e307:9e307|c|T1700000000"], []],
  ])("no number without end leaves: %j", (lines, names) => {
    const { take, flush, faults } = open();
    take(...lines);
    const figures = flush();
    expect(Object.keys(figures)).toEqual(names);
    expect(Object.values(figures).every(Number.isFinite)).toBe(true);
    expect(Object.keys(faults)).toHaveLength(1);
  });

  it("a gauge goes on from its last number", () => {
    const { take, flush } = open();
    take("g:1e308|g", "g:+1e308|g", "g:-1e308|g");
    expect(flush()["stats.gauges.g.min"]).toBe(0);
  });

  it("timers with the largest numbers there are", () => {
    const { take, flush, faults } = open();
    take("t:1e308|ms|@1e-9", "t:-1e308|ms", "t:1|ms");
    expect(Object.values(flush()).every(Number.isFinite)).toBe(true);
    expect(Object.keys(faults)).toEqual(["value too large"]);
  });

  it("a value that is long to read costs the same however often its line came", () => {
    const { take, aggregator } = open();
    const tookMs = (line: string) => {
      const began = workedMs();
      for (let round = 0; round < 30_000; round += 1) take(line);
      return workedMs() - began;
    };
    const shortMs = tookMs("lat:0.12345678901|ms|#a:b");
    expect(tookMs("latency:0.12345678901234567|ms|#a:b")).toBeLessThan(20 * shortMs + 100);
    expect(aggregator.samples).toBe(60_000);
  });

  it("so many series and no more; what is known goes on", () => {
    const { take, flush, faults, aggregator } = open({ maxSeries: 10 });
    for (let number = 0; number < 5000; number += 1) take(`a${number}:1|c`);
    take("a3:1|c");
    expect(aggregator.seriesCount).toBe(10);
    expect(faults).toEqual({ "too many series": 4990 });
    expect(flush()["stats.gauges.a3.count"]).toBe(2);
  });

  it("a series that stays silent is forgotten, and comes back", () => {
    const { take, flush, aggregator } = open();
    take("a:1|c");
    for (let interval = 0; interval < 365; interval += 1) flush();
    expect(aggregator.seriesCount).toBe(0);
    take("a:1|c");
    expect(flush()["stats.gauges.a.count"]).toBe(1);
  });

  it("more different lines than are remembered, all counted", () => {
    const { take, flush, aggregator } = open({ maxSeries: 100_000 });
    for (let round = 0; round < 2; round += 1)
      for (let number = 0; number < 50_000; number += 1) take(`name.${number}:1|c|#tag:${number}`);
    expect(aggregator.samples).toBe(100_000);
    expect(Object.values(flush()).filter((value) => value === 2)).toHaveLength(50_000);
  });

  it("names that are none", () => {
    const { take, flush, faults } = open();
    take(
      `${"x".repeat(1100)}:1|c`,
      "a\u0007b:1|c",
      `a:1|c|#${"k:v,".repeat(40).replace(/k/g, () => `k${Math.random()}`)}`,
    );
    expect(flush()).toEqual({});
    expect(faults).toEqual({ "bad name or tags": 3 });
  });

  it("any bytes at all", () => {
    const { aggregator } = open();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => aggregator.take(Buffer.from(bytes))));
    aggregator.take(Buffer.alloc(65_507, ":"));
    aggregator.take(Buffer.alloc(65_507, "a:1|c\n"));
    aggregator.take(Buffer.alloc(65_507, "|"));
  });
});
