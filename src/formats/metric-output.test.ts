import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePerformanceData } from "./nagios-perfdata.ts";
import { parseExposition, writeExposition } from "./prometheus-text.ts";
import { parseSensuMetrics } from "./sensu-metric.ts";

describe("Sensu's lines", () => {
  it.each([
    ["C1", "hoge\t10\t1", { hoge: 10 }, 1],
    ["C3", "hoge", {}, 0],
    ["the largest time", "a\t1\t5\nb\t2\t9\nc\t3\t7\n", { a: 1, b: 2, c: 3 }, 9],
    ["a name twice", "a.one\t1\t5\na.one\t7000\t5\n", { "a.one": 7000 }, 5],
    ["exponents", "a\t7e3\t1\nb\t-3.5e-2\t1\nc\t.5\t1\nd\t1.\t1", { a: 7000, b: -0.035, c: 0.5, d: 1 }, 1],
    ["blanks", "a 1 5\n  b   2  6  \n", { a: 1, b: 2 }, 6],
    ["carriage returns", "a\t1\t5\r\nb\t2\t6\r\n", { a: 1, b: 2 }, 6],
    ["other numbers of fields", "a\t1\n# b c\na\t1\t2\t3\n\n", {}, 0],
    ["a cut last line", "h.one\t1\t5\nh.two\t2", { "h.one": 1 }, 5],
    [
      "times before 1970 and in milliseconds",
      "a\t1\t-5\nb\t2\t1700000000000",
      { a: 1, b: 2 },
      1_700_000_000_000,
    ],
    ["a blank in a name between tabs", "a b\t1\t5", { "a b": 1 }, 5],
  ])("reads %s", (_what, text, values, timestamp) => {
    const found = parseSensuMetrics(text);
    expect(Object.fromEntries(found.values)).toEqual(values);
    expect(found).toMatchObject({ timestamp, refusedCount: 0 });
  });

  it.each([
    ["C2, no number", "hoge\tfoo\tbar"],
    ["hexadecimal", "c.hex\t0x10\t5"],
    ["a comma", "a\t1,5\t5"],
    ["NaN", "a\tNaN\t5"],
    ["infinite", "a\t-Inf\t5"],
    ["more than a double holds", "a\t1e999\t5"],
    ["a time with decimals", "f.ok\t1\t1700000001.5"],
    ["a time without end", `a\t1\t${"9".repeat(30)}`],
    ["control characters", "a\u0007b\t1\t5"],
    ["an empty name", "\t1\t5"],
  ])("leaves out a line with %s, says why, and keeps the others", (_what, line) => {
    const found = parseSensuMetrics(`before\t1\t3\n${line}\nafter\t2\t4\n`);
    expect([...found.values.keys()]).toEqual(["before", "after"]);
    expect(found.refusedCount).toBe(1);
    expect(found.refused[0]).toMatch(/^a .*: /);
  });

  it("reads anything without an error, and nothing that is not finite", () => {
    const piece = fc.oneof(fc.string(), fc.constantFrom("\t", " ", "\n", "NaN", "1", "1e400", "\0"));
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const { values, timestamp } = parseSensuMetrics(pieces.join(""));
        expect([...values.values(), timestamp].every(Number.isFinite)).toBe(true);
      }),
    );
  });
});

describe("performance data", () => {
  it.each([
    ["OK - all well", []],
    [
      "OK | load1=0.10;5;10;0; load5=0.2",
      [
        ["load1", 0.1, ""],
        ["load5", 0.2, ""],
      ],
    ],
    [
      "OK | '/var log'=10%;80;90 'it''s'=1c",
      [
        ["/var log", 10, "%"],
        ["it's", 1, "c"],
      ],
    ],
    [
      "OK | time=0.012s size=12KB",
      [
        ["time", 0.012, "s"],
        ["size", 12, "KB"],
      ],
    ],
    [
      "first | a=1\nlong text\nmore | b=2\nc=3",
      [
        ["a", 1, ""],
        ["b", 2, ""],
        ["c", 3, ""],
      ],
    ],
    ["OK | a=1,5", [["a", 1.5, ""]]],
  ])("reads %j", (text, data) => {
    const found = parsePerformanceData(text);
    expect(found.data.map(({ label, value, unit }) => [label, value, unit])).toEqual(data);
    expect(found.refusedCount).toBe(0);
  });

  it.each(["OK | a=U b=2", "OK | =5 b=2", "OK | junk b=2", "OK | a= b=2", "OK | a=1e999 b=2"])(
    "counts what it cannot read in %j",
    (text) => {
      expect(parsePerformanceData(text)).toMatchObject({ data: [{ label: "b" }], refusedCount: 1 });
    },
  );

  it.each([
    ["users_last_1_hour=20, users=3", { users_last_1_hour: [20, ""], users: [3, ""] }, 0],
    ["mem=14287416kB, vmem_pageins/s=0,", { mem: [14_287_416, "kB"], "vmem_pageins/s": [0, ""] }, 0],
    ["time=6,049175s;;;0,000000 size=555B", { time: [6.049175, "s"], size: [555, "B"] }, 0],
    ["rate=4.1E-1;5.4E-3;10E-5;0;100", { rate: [0.41, ""] }, 0],
    [
      'network=5B/s;;;0; netI="vmxnet3 Adapter _2";in=9143B/s;out=4B/s ok=1',
      { network: [5, "B/s"], ok: [1, ""] },
      3,
    ],
    ["'it''s;here'=5 ns.state=UP;; c=3", { "it's;here": [5, ""], c: [3, ""] }, 1],
  ])("takes of what real programs write, %s, what can be known", (text, expected, refused) => {
    const { data, refusedCount } = parsePerformanceData(`OK | ${text}`);
    expect(Object.fromEntries(data.map(({ label, value, unit }) => [label, [value, unit]]))).toEqual(
      expected,
    );
    expect(refusedCount).toBe(refused);
  });

  it("reads anything without an error", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const { value } of parsePerformanceData(`x|${text}`).data)
          expect(value).toSatisfy(Number.isFinite);
      }),
    );
  });
});

describe("the Prometheus text format", () => {
  const label = fc.string({ maxLength: 10 }).filter((text) => !/[\r\u2028\u2029]/.test(text));
  const value = fc.double({ noNaN: true, noDefaultInfinity: true });

  it("reads what it writes", () => {
    fc.assert(
      fc.property(label, value, (text, number) => {
        const samples = [{ labels: { a: text, b: "x" }, value: number }];
        const family = { name: "yagura_x", kind: "gauge" as const, help: 'a "help" \\', samples };
        for (const form of ["prometheus", "openmetrics"] as const) {
          const back = parseExposition([...writeExposition([family], form)].join(""));
          expect(back.refusedCount).toBe(0);
          expect(back.samples).toMatchObject(samples.map((one) => ({ ...one, name: "yagura_x" })));
        }
      }),
    );
  });

  it("names a counter's family as each form has it", () => {
    const family = {
      name: "a_total",
      kind: "counter" as const,
      help: "h",
      samples: [{ labels: {}, value: 1 }],
    };
    expect([...writeExposition([family], "prometheus")].join("")).toBe(
      "# HELP a_total h\n# TYPE a_total counter\na_total 1\n",
    );
    expect([...writeExposition([family], "openmetrics")].join("")).toBe(
      "# HELP a h\n# TYPE a counter\na_total 1\n# EOF\n",
    );
  });

  it("claims nothing of numbers that nobody described, and quotes names that need it", () => {
    const samples = [{ labels: { "b c": "d" }, value: 1 }];
    const families = [
      { name: "a_total", kind: "untyped" as const, help: "h", samples: [{ labels: {}, value: 1 }] },
      { name: 'é "', kind: "untyped" as const, help: "h", samples },
    ];
    expect([...writeExposition(families, "prometheus")].join("")).toBe(
      "# HELP a_total h\n# TYPE a_total untyped\na_total 1\n" +
        '# HELP "é \\"" h\n# TYPE "é \\"" untyped\n{"é \\"","b c"="d"} 1\n',
    );
    expect([...writeExposition(families, "openmetrics")].join("")).toBe(
      "# HELP a_total h\n# TYPE a_total unknown\na_total 1\n" +
        '# HELP "é \\"" h\n# TYPE "é \\"" unknown\n{"é \\"","b c"="d"} 1\n# EOF\n',
    );
  });

  it.each([
    ["a 1", [["a", {}, 1, undefined]]],
    ['a{b="c",} 2 1700000000000', [["a", { b: "c" }, 2, 1_700_000_000_000]]],
    ['a { b = "}" , c="d,e=\\"" } 3', [["a", { b: "}", c: 'd,e="' }, 3, undefined]]],
    ["# TYPE a counter\n\na 1e3", [["a", {}, 1000, undefined]]],
  ])("reads %j", (text, samples) => {
    const found = parseExposition(text);
    expect(
      found.samples.map(({ name, labels, value: number, timestampMs }) => [
        name,
        labels,
        number,
        timestampMs,
      ]),
    ).toEqual(samples);
  });

  it.each(["a", "a{b} 1", 'a{b="c" 1', "1a 1", "a NaN", "a +Inf", "a 0x10", "a 1 2 3"])(
    "counts %j as no sample",
    (text) => expect(parseExposition(text)).toEqual({ samples: [], refusedCount: 1 }),
  );
});

/** Texts that make a pattern with two ways of matching try them all; a walk is done with them at once. */
it.each([
  ["digits", `a\t${"1".repeat(500_000)}x\t1`, `a ${"1".repeat(500_000)}`],
  ["dots", `x|a=${".".repeat(500_000)}`, `a .${".".repeat(500_000)}`],
  ["quotes", `x|${"'".repeat(500_001)}`, `a{b=${'"'.repeat(500_001)}`],
  ["blanks", `a${" ".repeat(500_000)}b`, `a${" ".repeat(500_000)}b c d`],
])("is done at once with half a million %s", { timeout: 5000 }, (_what, one, other) => {
  for (const text of [one, other]) {
    parseSensuMetrics(text);
    parsePerformanceData(`x|${text}`);
    parseExposition(text);
  }
});
