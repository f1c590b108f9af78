// types.db: collectd's own file whole, and every form of a line that is in it or should not be.
import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseTypesDb } from "./parse-types-db.ts";

describe("Debian's file", () => {
  const { types, badLines } = parseTypesDb(readFileSync("/usr/share/collectd/types.db", "utf8"));

  it("is understood whole", () => {
    expect(badLines).toEqual([]);
    expect(types.size).toBe(366);
    const kinds = [...types.values()].flat().map(({ kind }) => kind);
    const count = (wanted: string) => kinds.filter((kind) => kind === wanted).length;
    expect(["gauge", "derive", "counter", "absolute"].map(count)).toEqual([229, 176, 13, 1]);
  });

  it("names the sources of types that have several", () => {
    const names = (type: string) => types.get(type)?.map(({ name }) => name);
    expect(names("if_octets")).toEqual(["rx", "tx"]);
    expect(names("load")).toEqual(["shortterm", "midterm", "longterm"]);
    expect(types.get("gauge")).toEqual([{ name: "value", kind: "gauge", min: undefined, max: undefined }]);
  });
});

describe("a line", () => {
  const source = (name: string, kind = "gauge", min?: number, max?: number) => ({ name, kind, min, max });
  it.each<[string, [string, object[]]]>([
    ["a value:GAUGE:U:U", ["a", [source("value")]]],
    ["  a\tvalue:gauge:-1.5:1e3  ", ["a", [source("value", "gauge", -1.5, 1000)]]],
    ["a r:DERIVE:0:U, w:COUNTER:0:1,", ["a", [source("r", "derive", 0), source("w", "counter", 0, 1)]]],
    ["a r:ABSOLUTE:0:U w:GAUGE:U:U\r", ["a", [source("r", "absolute", 0), source("w")]]],
  ])("defines a type: %s", (line, [type, sources]) => {
    expect(parseTypesDb(line)).toEqual({ types: new Map([[type, sources]]), badLines: [] });
  });

  const many = (count: number) =>
    Array.from({ length: count }, (_, place) => `v${place}:GAUGE:U:U`).join(" ");
  it.each([
    "a",
    "a value",
    "a value:GAUGE:U",
    "a value:GAUGE:U:U:U",
    "a value:NONE:U:U",
    "a :GAUGE:U:U",
    "a value:GAUGE:x:U",
    "a value:GAUGE::U",
    "a value:GAUGE:U:U other",
    "a x:GAUGE:U:U,y:GAUGE:U:U",
    `a ${many(64)}`,
    `a ${" ".repeat(4100)}value:GAUGE:U:U`,
  ])("defines nothing, and others stay: %s", (line) => {
    const { types, badLines } = parseTypesDb(`# first\nb v:GAUGE:0:1\n${line}\nc ${many(63)}`);
    expect([...types.keys()]).toEqual(["b", "c"]);
    expect(badLines).toEqual([3]);
  });

  it("replaces an earlier one of the same type", () => {
    const { types } = parseTypesDb("a x:GAUGE:U:U\na y:GAUGE:U:U\na z:BAD");
    expect(types.get("a")).toEqual([source("y")]);
  });
});

it("any text is read", () => {
  const field = fc.array(fc.constantFrom("a", "GAUGE", "0", "U", ":", ",", " ", "#", "\n"), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(field, (pieces) => {
      const { types, badLines } = parseTypesDb(pieces.join(""));
      expect(types.size + badLines.length).toBeLessThanOrEqual(61);
    }),
  );
});
