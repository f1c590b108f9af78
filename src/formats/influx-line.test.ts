// Every name, tag and value is read back from its line as it was.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createInfluxLine } from "./influx-line.ts";
import { parseInfluxLine } from "./influx-line-parser.ts";
import { percentDecoded } from "./percent-escape.ts";

const line = createInfluxLine("value");
const metric = { name: "cpu.idle", tags: {}, value: 38.55, timestampMs: 1_700_000_000_000 };

describe("written", () => {
  it.each([
    [{}, "cpu.idle,host=web01 value=38.55 1700000000000\n"],
    [{ name: "a, b=c" }, "a\\,\\ b=c,host=web01 value=38.55 1700000000000\n"],
    [{ tags: { "a b": "x=y,z" } }, "cpu.idle,a\\ b=x\\=y\\,z,host=web01 value=38.55 1700000000000\n"],
    [{ tags: { host: "db" } }, "cpu.idle,host=db value=38.55 1700000000000\n"],
    [{ tags: { empty: "" } }, "cpu.idle,host=web01 value=38.55 1700000000000\n"],
    [{ name: "#1\n" }, "%231%0A,host=web01 value=38.55 1700000000000\n"],
    [{ tags: { p: "C:\\" } }, "cpu.idle,p=C:%5C,host=web01 value=38.55 1700000000000\n"],
    [{ tags: { p: "C:\\a" } }, "cpu.idle,p=C:\\a,host=web01 value=38.55 1700000000000\n"],
    [{ value: -1e21, timestampMs: -5 }, "cpu.idle,host=web01 value=-1e+21 -5\n"],
  ])("%j", (given, expected) => {
    expect(line({ ...metric, ...given }, "web01")).toBe(expected);
  });

  it("is read back as it was", () => {
    const text = fc.string({
      minLength: 1,
      unit: fc.constantFrom("a", "é", "櫓", '"', "\\", ",", "=", " ", "#", "\n", ";", "%", "5", "C"),
    });
    const tags = fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true });
    fc.assert(
      fc.property(text, tags, fc.double({ noNaN: true, noDefaultInfinity: true }), (name, given, value) => {
        const written = line({ name, tags: given, value, timestampMs: 7 }, "h");
        expect(written.indexOf("\n")).toBe(written.length - 1);
        const read = parseInfluxLine(written.slice(0, -1));
        if (read === undefined || "fault" in read) throw new Error(`no point: ${written}`);
        const decoded = Object.entries(read.tags).map((pair) => pair.map(percentDecoded));
        expect({
          ...read,
          measurement: percentDecoded(read.measurement),
          tags: Object.fromEntries(decoded) as unknown,
        }).toEqual({
          measurement: name,
          tags: { ...given, host: "h" },
          fields: [["value", value === 0 ? 0 : value]],
          timestamp: "7",
        });
      }),
      { numRuns: 2000 },
    );
  });
});

describe("read", () => {
  const point = (given: object) => ({
    measurement: "m",
    tags: {},
    fields: [["v", 1]],
    timestamp: undefined,
    ...given,
  });

  it.each([
    ["m v=1", {}],
    ["  m v=1\r", {}],
    ["m v=1 -12", { timestamp: "-12" }],
    ["m  v=1   12  ", { timestamp: "12" }],
    ["m,a=b,c=d\\ e v=1", { tags: { a: "b", c: "d e" } }],
    ["m\\,x v=1", { measurement: "m,x" }],
    ["m\\=x v=1", { measurement: "m\\=x" }],
    [
      "m v=1i,w=2u,x=-3i",
      {
        fields: [
          ["v", 1],
          ["w", 2],
          ["x", -3],
        ],
      },
    ],
    ["m v=9223372036854775807i", { fields: [["v", 9223372036854775807n]] }],
    [
      "m v=t,w=FALSE",
      {
        fields: [
          ["v", true],
          ["w", false],
        ],
      },
    ],
    ['m v="a \\"b\\" \\\\ \\n, =" 3', { fields: [["v", 'a "b" \\ \\n, =']], timestamp: "3" }],
    [
      "m v=1.5e-3,w=.5,x=5.",
      {
        fields: [
          ["v", 0.0015],
          ["w", 0.5],
          ["x", 5],
        ],
      },
    ],
    ["m,__proto__=x v=1", { tags: Object.fromEntries([["__proto__", "x"]]) }],
  ])("%j", (text, expected) => {
    expect(parseInfluxLine(text)).toEqual(point(expected));
  });

  it.each(["", "   ", "# m v=1", "\r"])("nothing in %j", (text) => {
    expect(parseInfluxLine(text)).toBeUndefined();
  });

  it.each([
    [",a=b v=1", 0, "no measurement"],
    ["m", 1, "a field without name or value"],
    ["m,a v=1", 3, "a tag without name or value"],
    ["m,a= v=1", 4, "a tag without value"],
    ["m,a=b,a=c v=1", 6, "a tag twice"],
    ["m,a=b=c v=1", 5, "a tag with two values"],
    ["m v", 3, "a field without name or value"],
    ["m v=", 4, "a value that is none"],
    ["m v=1x", 4, "a value that is none"],
    ["m v=nan", 4, "a value that is none"],
    ["m v=0x10", 4, "a value that is none"],
    ["m v=1e999", 4, "a value that is none"],
    ["m v=9223372036854775808i", 4, "a value that is none"],
    ["m v=-1u", 4, "a value that is none"],
    ['m v="open', 4, "a value that is none"],
    ['m v="a"x', 7, "something after a value"],
    ["m v=1 2 3", 8, "something after the timestamp"],
    ["m v=1 soon", 6, "a timestamp that is no whole number"],
    ['m v="a\nb"', 6, "a newline within the line"],
  ])("no point in %j", (text, place, fault) => {
    expect(parseInfluxLine(text)).toEqual({ fault, place });
  });

  it("anything without a thrown error", () => {
    const pieces = fc.constantFrom("m", ",", "=", " ", "\\", '"', "1", "i", "t", "#", "\t", "v=1");
    fc.assert(
      fc.property(fc.string({ unit: pieces }), (text) => void parseInfluxLine(text)),
      { numRuns: 2000 },
    );
  });
});
