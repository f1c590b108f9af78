// Lines from anybody.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseGraphiteLine } from "./graphite-line-parser.ts";

describe("read", () => {
  const point = { name: "a.b", tags: {}, value: 1.5, timestampSeconds: 1_700_000_000 };

  it.each([
    ["a.b 1.5 1700000000", {}],
    ["\t a.b  \t1.5\t 1700000000 \r\n", {}],
    ["a.b 1.5 1700000000.25", { timestampSeconds: 1_700_000_000.25 }],
    ["a.b 1.5 N", { timestampSeconds: undefined }],
    ["a.b 1.5 -1", { timestampSeconds: undefined }],
    ["a.b -1e3 1700000000", { value: -1000 }],
    ["a.b +.5 1700000000", { value: 0.5 }],
    ["a.b;c=d;e=f=g 1.5 1700000000", { tags: { c: "d", e: "f=g" } }],
    ["a.b;c=d;c=e 1.5 1700000000", { tags: { c: "e" } }],
    ["a.b;__proto__=d 1.5 1700000000", { tags: Object.fromEntries([["__proto__", "d"]]) }],
    ["cpu.%idle 1.5 1700000000", { name: "cpu.%idle" }],
  ])("%j", (text, expected) => {
    expect(parseGraphiteLine(text)).toEqual({ ...point, ...expected });
  });

  it.each(["", " \t\r"])("nothing in %j", (text) => {
    expect(parseGraphiteLine(text)).toBeUndefined();
  });

  it.each([
    ["a", 1, "no value"],
    ["a 1", 3, "no timestamp"],
    ["a 1 2 3", 6, "more than three fields"],
    ["a nan 2", 2, "a value that is not finite"],
    ["a -Inf 2", 2, "a value that is not finite"],
    ["a 1e999 2", 2, "a value that is not finite"],
    ["a 0x10 2", 2, "a value that is no number"],
    ["a 1-2 2", 2, "a value that is no number"],
    ["a - 2", 2, "a value that is no number"],
    ["a 1 soon", 4, "a timestamp that is no number"],
    ["a 1 inf", 4, "a timestamp that is not finite"],
    [" ;b=c 1 2", 1, "no name"],
    ["a; 1 2", 2, "a tag without name or value"],
    ["a;b 1 2", 2, "a tag without name or value"],
    ["a;b= 1 2", 2, "a tag without name or value"],
    ["a;=c 1 2", 2, "a tag without name or value"],
    ["a;b=c;;d=e 1 2", 6, "a tag without name or value"],
  ])("no point in %j", (text, place, fault) => {
    expect(parseGraphiteLine(text)).toEqual({ fault, place });
  });

  it("anything without a thrown error", () => {
    const pieces = fc.constantFrom("a", ";", "=", " ", "\t", "1", ".", "-", "e", "N", "nan");
    fc.assert(
      fc.property(fc.string({ unit: pieces }), (text) => void parseGraphiteLine(text)),
      { numRuns: 2000 },
    );
  });
});
