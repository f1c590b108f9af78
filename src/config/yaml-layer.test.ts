import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { dottedPath } from "./dotted-path.ts";
import { leaves, placeText, plain } from "./tree.ts";
import { readYaml } from "./yaml-layer.ts";

const read = (text: string) =>
  readYaml(text, (line, column) => ({ source: "f", line, column, directory: "/" }));

function told(text: string): string[] {
  return read(text).problems.map((one) => `${placeText(one.place)} ${dottedPath(one.path)} ${one.text}`);
}

describe("readYaml", () => {
  it.each([
    ["", null],
    ["# only a comment\n", null],
    [
      "a: 1\nb: [x, 2.5, true, null, ~]\nc: {d: e}\n",
      { a: 1, b: ["x", 2.5, true, null, null], c: { d: "e" } },
    ],
    [
      "a: yes\nb: off\nc: 012\nd: 0o17\ne: 1_000\nf: 2024-01-01",
      { a: "yes", b: "off", c: 12, d: 15, e: "1_000", f: "2024-01-01" },
    ],
    ["%YAML 1.1\n---\na: yes\n", { a: "yes" }],
    ["8080: a\ntrue: b\n0x10: c\n", { "8080": "a", true: "b", "0x10": "c" }],
    ["{ a, b: }", { a: null, b: null }],
    ["x: &one { a: 1 }\ny: *one\n", { x: { a: 1 }, y: { a: 1 } }],
    ["x: &one { a: 1, b: 1 }\ny: { b: 2, <<: *one }\n", { x: { a: 1, b: 1 }, y: { a: 1, b: 2 } }],
    [
      "x: &a {k: 1}\ny: &b {k: 2, l: 2}\nz: { <<: [*a, *b] }",
      { x: { k: 1 }, y: { k: 2, l: 2 }, z: { k: 1, l: 2 } },
    ],
    ["'<<': 1", { "<<": 1 }],
    ["&k key: v\nother: *k", { key: "v", other: "key" }],
    ["toString: 1\nhasOwnProperty: 2", { toString: 1, hasOwnProperty: 2 }],
  ])("reads %j", (text, value) => {
    const { tree, problems } = read(text);
    expect(problems).toEqual([]);
    expect(tree && plain(tree)).toEqual(value);
  });

  it("knows line and column of every value", () => {
    const { tree } = read('a: 1\r\nb:\r\n  - x\r\n  - y: "é"\r\n    z: |\r\n      text\r\nc: {}\r\n');
    const places =
      tree && [...leaves(tree)].map(([path, leaf]) => `${dottedPath(path)} ${placeText(leaf.place)}`);
    expect(places).toEqual(["a f:1:4", "b[0] f:3:5", "b[1].y f:4:8", "b[1].z f:5:8", "c f:7:4"]);
  });

  it.each([
    ["a:\n\tb: 1", ["f:2:1  a tab stands in the indentation; indent with spaces"]],
    ["a: b: c", ['f:1:4  a second key on one line; put a value that holds ": " in quotes']],
    ["a: [1, 2", ["f:1:9  the indentation does not fit the lines above, or a closing bracket is missing"]],
    ["a: 'x", ["f:1:6  a closing quote, a closing bracket or a colon is missing"]],
    ["a: @x", ["f:1:4  a value cannot begin with this character; put it in quotes"]],
    ["a: !x y", ["f:1:4  tags such as !name are not used here; put a value that begins with ! in quotes"]],
    ["a: 1\n---\nb: 2", ["f:2:1  a second document begins here; a file holds one"]],
    ["a: 1\nb: 2\na: 3", ['f:3:1 a duplicate key "a"; it stands already in line 1, column 1']],
    ["x:\n  a: 1\n  a: 3", ['f:3:3 x.a duplicate key "a"; it stands already in line 2, column 3']],
    ["? [a]\n: b", ["f:1:3  expected a name as the key"]],
    ["a: *gone", ["f:1:4 a this alias names no anchor before it; put a value that begins with * in quotes"]],
    [
      "a: &a [*a]",
      ["f:1:8 a[0] this alias names no anchor before it; put a value that begins with * in quotes"],
    ],
    ["<<: 3", ["f:1:5  << takes a mapping or a list of mappings"]],
    ["__proto__: {x: 1}", ['f:1:1 __proto__ unknown key "__proto__"; this name cannot be used']],
    [
      "a: {constructor: {prototype: 1}}",
      [
        'f:1:5 a.constructor unknown key "constructor"; this name cannot be used',
        'f:1:19 a.constructor.prototype unknown key "prototype"; this name cannot be used',
      ],
    ],
  ])("tells what is wrong with %j", (text, problems) => {
    expect(told(text)).toEqual(problems);
  });

  it.each([
    ["lists", "[".repeat(50_000)],
    ["mappings", "{a: ".repeat(50_000)],
    ["block lists", "- ".repeat(50_000)],
  ])("refuses %s that nest too deeply", (_, text) => {
    expect(told(text)).toEqual([expect.stringContaining("the values are nested too deeply")]);
  });

  it("refuses aliases that multiply", () => {
    const rows = Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}, *a${at}]`);
    const problems = told(["a0: &a0 x", ...rows].join("\n"));
    expect(problems[0]).toContain("aliases add more than 10000 values");
    const deep = Array.from({ length: 150 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}]`);
    const { tree, problems: nested } = read(["a0: &a0 x", ...deep].join("\n"));
    expect([tree, nested[0]?.text]).toEqual([undefined, "aliases nest too deeply"]);
  });

  it("reads back what was written, whatever the texts", () => {
    const value = fc.dictionary(
      fc.string({ unit: "grapheme" }).filter((key) => !/^__proto__$|^constructor$|^prototype$/.test(key)),
      fc.oneof(fc.string({ unit: "grapheme" }), fc.integer(), fc.boolean(), fc.array(fc.string())),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(value, (given) => {
        const { tree, problems } = read(stringify(given));
        expect([problems, tree && plain(tree)]).toEqual([[], given]);
      }),
    );
  });
});
