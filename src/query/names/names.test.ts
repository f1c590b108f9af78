import { describe, expect, it } from "vitest";
import { workedWithin, workedWithinLater } from "../../../test/support/worked.ts";
import { systemClock } from "../../kernel/clock.ts";
import { createPace } from "../../kernel/pace.ts";
import { expandBraces } from "./braces.ts";
import { globOf } from "./glob.ts";
import { createNameIndex } from "./name-index.ts";
import { findEntries, findNodes, plantTree } from "./name-tree.ts";
import { patternOf } from "./pattern.ts";

const work = { breathe: () => Promise.resolve(), isDue: false };

describe("globs", () => {
  it.each([
    ["*", ["", "a", "ab"], []],
    ["a*", ["a", "abc"], ["ba"]],
    ["*a*b", ["ab", "xaxb"], ["a", "abx"]],
    ["a?c", ["abc", "a😀c"], ["ac", "abbc"]],
    ["[ab]x", ["ax", "bx"], ["cx", "x"]],
    ["[a-c]", ["b"], ["d", "-"]],
    ["[!a-c]", ["d"], ["a", ""]],
    ["[]]", ["]"], ["["]],
    ["[a-]", ["a", "-"], ["b"]],
    ["[ab", ["[ab"], ["a"]],
    ["web.1", ["web.1"], ["web-1"]],
  ])("%s", (pattern, fitting, others) => {
    const glob = globOf(pattern);
    expect([...fitting, ...others].filter((text) => glob.matches(text))).toEqual(fitting);
  });

  it("are done at once when they fit nearly", () => {
    const glob = globOf(`${"*a".repeat(500)}b`);
    expect(workedWithin(1000, () => glob.matches("a".repeat(10_000)))).toBe(false);
  });
});

describe("braces", () => {
  it.each([
    ["a", ["a"]],
    ["a{b,c}", ["ab", "ac"]],
    ["{a,b}{1,2}", ["a1", "a2", "b1", "b2"]],
    ["{a,{b,c}d}", ["a", "bd", "cd"]],
    ["{,x}y", ["y", "xy"]],
    ["{a,a}", ["a"]],
    ["a}b,c", ["a}b,c"]],
  ])("%s", (pattern, texts) => {
    expect(expandBraces(pattern)).toEqual(texts);
  });

  it.each([
    ["many", "{a,b}".repeat(40), /more than 10000 names/],
    ["deep", "{".repeat(100_000), /more than 64 braces/],
    ["long", `${"{a,b}".repeat(13)}${"x".repeat(60_000)}`, /more than 10000 names/],
  ])("that are too %s are refused at once", (_, pattern, reason) => {
    workedWithin(500, () => expect(() => expandBraces(pattern)).toThrow(reason));
  });
});

describe("the tree", () => {
  const keys = ["a.b.c", "a.b.d", "a.x", "b", "a.b", "t.u;host=h.1", "t.u;host=h.2"];
  const tree = () => plantTree(keys, (key) => key, work);

  it.each([
    ["a.*", ["a.b", "a.x"]],
    ["*", ["b"]],
    ["*.*", ["a.b", "a.x", "t.u;host=h.1", "t.u;host=h.2"]],
    ["a.{b.c,x}", ["a.b.c", "a.x"]],
    ["t.u;host=h.1", ["t.u;host=h.1"]],
    ["t.u;host=*.2", ["t.u;host=h.2"]],
    ["**.c", ["a.b.c"]],
    ["a.**", ["a.b", "a.b.c", "a.b.d", "a.x"]],
    ["c.*", []],
  ])("has series of %s", async (pattern, names) => {
    const found = await findEntries(await tree(), pattern, work);
    expect(found.map(({ name }) => name)).toEqual(names);
  });

  it("finds a series by its key when it stands elsewhere", async () => {
    const moved = await plantTree(["disk.used;mount=/"], () => "disk./.used", work);
    for (const pattern of ["disk./.used", "disk.*.used", "disk.used;mount=/"]) {
      expect((await findEntries(moved, pattern, work)).map(({ key }) => key)).toEqual(["disk.used;mount=/"]);
    }
  });

  it("has branches and leaves", async () => {
    const nodes = await findNodes(await tree(), "a.*", work);
    expect(nodes.map(({ path, children, entry }) => [path, children.size, entry !== undefined])).toEqual([
      ["a.b", 2, true],
      ["a.x", 0, true],
    ]);
  });

  it("is planted and searched in a moment for 100,000 series", async () => {
    const many = Array.from(
      { length: 100_000 },
      (_, place) => `servers.s${place % 1000}.cpu${place % 100}.v${place}`,
    );
    const found = await workedWithinLater(5000, async () => {
      const large = await plantTree(many, (key) => key, work);
      return findEntries(large, "servers.*7.*.v*77", work);
    });
    expect(found.length).toBe(1000);
  });
});

it("asks for names once in a while only, and once for many at the same time", async () => {
  let nowMs = 0;
  let asked = 0;
  const clock = { ...systemClock, monotonicMs: () => nowMs };
  const keys = () => {
    asked += 1;
    return Promise.resolve([`a${asked > 2 ? 2 : 1}`]);
  };
  const index = createNameIndex({ clock, pace: createPace(clock), keys, nameOf: (key) => key });
  const [first, same] = await Promise.all([index.tree(work), index.tree(work)]);
  expect([asked, first === same]).toEqual([1, true]);
  nowMs = 9999;
  await index.tree(work);
  expect(asked).toBe(1);
  nowMs = 10_000;
  expect(await index.tree(work)).toBe(first);
  expect(asked).toBe(2);
  nowMs = 20_000;
  expect((await index.tree(work)).entries.map(({ key }) => key)).toEqual(["a2"]);
});

describe("expressions", () => {
  it.each([
    ["b", "abc", "X", "aXc"],
    ["(b)(c)", "abc", "\\2\\1", "acb"],
    ["(?P<x>b)", "abc", "<\\g<x>\\g<0>>", "a<bb>c"],
    ["^", "abc", "-", "-abc"],
    ["x*", "ab", "-", "-a-b-"],
    ["b", "ab", "\\\\", "a\\"],
  ])("%s in %s", (source, text, replacement, result) => {
    expect(patternOf(source).replaceIn(text, replacement)).toBe(result);
  });

  it.each([
    ["(", /cannot be used/],
    ["(?=a)", /cannot be used/],
    ["a".repeat(513), /more than 512/],
    [".{1000}".repeat(60), /too large|cannot be used/],
  ])("%s is refused", (source, reason) => {
    expect(() => patternOf(source)).toThrow(reason);
  });

  it("name groups that are there, and no names without end", () => {
    expect(() => patternOf("(a)").replaceIn("a", "\\2")).toThrow(/no group "2"/);
    expect(() => patternOf("a").replaceIn("a".repeat(1000), "x".repeat(500))).toThrow(/more than 10000/);
  });

  it("are searched in linear time", () => {
    expect(workedWithin(500, () => patternOf("(a+)+$").isIn(`${"a".repeat(5000)}b`))).toBe(false);
  });
});
