// The statsd family: lines, and the fast way to their numbers.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isDecimal, readDecimal, readNumber } from "../decimal.ts";
import { parseStatsdLine } from "./statsd-line.ts";

const samples = (name: string, kind: string, values: string[], more: object = {}) => ({
  ...{ form: "samples", name, kind, values, tags: {}, rate: 1, timestamp: undefined },
  ...more,
});

describe("samples", () => {
  it.each([
    ["a.b:1|c", samples("a.b", "counter", ["1"])],
    ["a:1|c|@0.1", samples("a", "counter", ["1"], { rate: 0.1 })],
    ["a:-3.5|g", samples("a", "gauge", ["-3.5"])],
    ["a:+3|g", samples("a", "gauge", ["+3"])],
    ["a:320|ms", samples("a", "timer", ["320"])],
    ["a:320|h", samples("a", "histogram", ["320"])],
    ["a:320|d", samples("a", "distribution", ["320"])],
    ["a:user 7|s", samples("a", "set", ["user 7"])],
    ["a:1|m", samples("a", "meter", ["1"])],
    ["  a : 1 | c | @0.5 ", samples("a", "counter", ["1"], { rate: 0.5 })],
    ["my metric:1|c", samples("my_metric", "counter", ["1"])],
    ["a:1:2:3|ms", samples("a", "timer", ["1", "2", "3"])],
    ["a:1|c|#env:prod,canary", samples("a", "counter", ["1"], { tags: { env: "prod", canary: "true" } })],
    ["a:1|c|#url:http://x:80/", samples("a", "counter", ["1"], { tags: { url: "http://x:80/" } })],
    [
      "a:1|c|@0.5|#b:c|c:abc123|T1700000000",
      samples("a", "counter", ["1"], { rate: 0.5, tags: { b: "c" }, timestamp: 1_700_000_000 }),
    ],
    ["a,env=prod,dc=1:1|c", samples("a", "counter", ["1"], { tags: { env: "prod", dc: "1" } })],
    ["a;env=prod;dc=1:1|c", samples("a", "counter", ["1"], { tags: { env: "prod", dc: "1" } })],
    ["a[env=prod,dc=x:y].b:1|c", samples("a.b", "counter", ["1"], { tags: { env: "prod", dc: "x:y" } })],
    ["a:1e3|g", samples("a", "gauge", ["1e3"])],
    ["a:1|c|@1e-9", samples("a", "counter", ["1"], { rate: 1e-9 })],
    ["größe:1|c", samples("größe", "counter", ["1"])],
  ])("%s", (line, expected) => {
    expect(parseStatsdLine(line)).toEqual(expected);
  });

  it.each([
    ["", "no type"],
    ["a", "no type"],
    ["a:1", "no type"],
    ["a|c", "no value"],
    ["a:1|x", "unknown type"],
    ["a:1|", "unknown type"],
    ["a:1|constructor", "unknown type"],
    ["a:1|toString", "unknown type"],
    ["a:1|__proto__", "unknown type"],
    [":1|c", "no name"],
    ["a:|c", "value is no number"],
    ["a:x|c", "value is no number"],
    ["a:b:1|c", "value is no number"],
    ["a:1e999|g", "value is no number"],
    ["a:Infinity|g", "value is no number"],
    ["a:0x10|g", "value is no number"],
    ["a:|s", "value is no number"],
    ["a:1|c|@0", "bad sample rate"],
    ["a:1|c|@2", "bad sample rate"],
    ["a:1|c|@1e-320", "bad sample rate"],
    ["a:1|c|@9e-10", "bad sample rate"],
    ["a:1|c|@-1", "bad sample rate"],
    ["a:1|c|@x", "bad sample rate"],
  ])("%j is refused: %s", (line, reason) => {
    expect(parseStatsdLine(line)).toEqual({ form: "fault", reason });
  });
});

describe("Datadog's", () => {
  it("service checks", () => {
    expect(parseStatsdLine("_sc|redis.up|2|d:1700000000|h:db1|#env:prod|m:no|answer\\nat all")).toEqual({
      ...{ form: "check", name: "redis.up", status: 2, host: "db1", tags: { env: "prod" } },
      ...{ timestamp: 1_700_000_000, message: "no|answer\nat all" },
    });
    expect(parseStatsdLine("_sc|x|0")).toMatchObject({ form: "check", status: 0, message: "", host: "" });
    expect(parseStatsdLine("_sc|x|7")).toMatchObject({ form: "fault" });
    expect(parseStatsdLine("_sc||0")).toMatchObject({ form: "fault" });
    expect(parseStatsdLine("_sc|x|2|m:system\\: down, m\\: up")).toMatchObject({
      message: "system: down, m: up",
    });
  });

  it.each([
    ["web.a,peer=10.1.1.9:443:7|c", "web.a", { peer: "10.1.1.9:443" }, ["7"]],
    ["web.b;peer=10.1.1.9:443:7|c", "web.b", { peer: "10.1.1.9:443" }, ["7"]],
    ["web.e,at=12:30:5:2|c", "web.e", { at: "12:30:5" }, ["2"]],
    ["web.c[peer=10.1.1.9:443]:7:8|ms", "web.c", { peer: "10.1.1.9:443" }, ["7", "8"]],
    ["web.d:7:8|ms|#peer:10.1.1.9:443", "web.d", { peer: "10.1.1.9:443" }, ["7", "8"]],
    ["web.f:7:8|ms", "web.f", {}, ["7", "8"]],
  ])("%s has its colons where they belong", (line, name, tags, values) => {
    expect(parseStatsdLine(line)).toMatchObject({ form: "samples", name, tags, values });
  });

  it("events", () => {
    expect(parseStatsdLine("_e{6,9}:größ|a|b\\ncdef|d:1700000000|h:web1|p:low|t:error|#a:b")).toEqual({
      ...{ form: "event", title: "größ", text: "a|b\ncdef", host: "web1", priority: "low", alert: "error" },
      ...{ tags: { a: "b" }, timestamp: 1_700_000_000 },
    });
    for (const line of ["_e{1,99}:a|b", "_e{0,1}:|b", "_e{x,1}:a|b", "_e{2,1}:a|b", "_e{999999,999999}:a"])
      expect(parseStatsdLine(line)).toMatchObject({ form: "fault" });
  });
});

describe("anything", () => {
  it("becomes a value or a fault, never an exception", () => {
    const parts = fc.constantFrom(
      "a",
      ":",
      "|",
      "1",
      "c",
      "#",
      "@",
      "[",
      "]",
      ",",
      "=",
      ";",
      "_e{",
      "_sc|",
      "\n",
      "é",
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 30 }), (line) => {
        const parsed = parseStatsdLine(line.join(""));
        if (parsed.form === "samples") expect(parsed.name).not.toBe("");
      }),
    );
  });

  it("is done with at once", () => {
    for (const part of ["|#a:b,", "[", "1", ":", "|", "_e{", " ", "9."])
      expect(parseStatsdLine(part.repeat(40_000))).toBeDefined();
  });
});

describe("decimals", () => {
  const read = (text: string) => {
    const bytes = Buffer.from(`x${text}x`);
    return readDecimal(bytes, 1, bytes.length - 1);
  };

  it("are those of Number, or left to it", () => {
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
        const text = String(value);
        const found = read(text);
        if (!Number.isNaN(found)) expect(found).toBe(Number(text));
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 99_999 }), (whole, part) => {
        expect(read(`${whole}.${part}`)).toBe(Number(`${whole}.${part}`));
      }),
    );
  });

  it.each([
    ["1", 1],
    ["-1", -1],
    ["+1.50", 1.5],
    [".5", 0.5],
    ["5.", 5],
    ["-0", -0],
  ])("%s", (text, value) => {
    expect(read(text)).toBe(value);
    expect(isDecimal(text)).toBe(true);
  });

  it.each(["", "-", ".", "1e3", "1 ", "1.2.3", "1234567890123456", "nan", "--1"])(
    "%j is not read",
    (text) => {
      expect(read(text)).toBeNaN();
    },
  );

  it("are read as Number reads them also with exponents and very many digits, and nothing else is", () => {
    const slowly = (text: string) => {
      const bytes = Buffer.from(`x${text}x`);
      return readNumber(bytes, 1, bytes.length - 1);
    };
    fc.assert(
      fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
        expect(slowly(String(value))).toBe(Number(String(value)));
      }),
    );
    for (const text of ["", "1 ", "1e999", "0x10", "Infinity", "1_0", "9".repeat(100_000)])
      expect(slowly(text)).toBeNaN();
  });
});
