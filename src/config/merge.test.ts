import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { merge } from "./merge.ts";
import { placeOutside, placeText, plain, type Tree, treeOf } from "./tree.ts";

const from = (source: string, value: unknown): Tree => treeOf(value, () => placeOutside(source, "/"));

type Value = null | boolean | number | string | Value[] | { [key: string]: Value };

const { value: anyValue } = fc.letrec<{ value: Value; object: { [key: string]: Value } }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, 1, "x"),
    fc.array(tie("value"), { maxLength: 3 }),
    tie("object"),
  ),
  object: fc.dictionary(fc.constantFrom("a", "b", "c", "toString", "valueOf"), tie("value"), {
    noNullPrototype: true,
  }),
}));

const isObject = (value: Value | undefined): value is { [key: string]: Value } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The rule, said once more: the later value, unless both are mappings. */
function model(lower: Value | undefined, upper: Value): Value {
  if (!isObject(lower) || !isObject(upper)) return upper;
  const keys = [...new Set([...Object.keys(lower), ...Object.keys(upper)])];
  const own = (value: { [key: string]: Value }, key: string) =>
    Object.hasOwn(value, key) ? value[key] : undefined;
  return Object.fromEntries(
    keys.map((key) => {
      const later = own(upper, key);
      return [key, later === undefined ? (own(lower, key) ?? null) : model(own(lower, key), later)];
    }),
  );
}

describe("merge", () => {
  it.each([
    [{ a: 1 }, { b: 2 }, { a: 1, b: 2 }],
    [{ a: { x: 1, y: 2 } }, { a: { y: 3 } }, { a: { x: 1, y: 3 } }],
    [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
    [{ a: { x: 1 } }, { a: null }, { a: null }],
    [{ a: 1 }, { a: { x: 1 } }, { a: { x: 1 } }],
  ])("%j under %j is %j", (lower, upper, merged) => {
    expect(plain(merge(from("1", lower), from("2", upper)))).toEqual(merged);
  });

  it("lets the later win, key by key, whatever the values", () => {
    fc.assert(
      fc.property(anyValue, anyValue, (lower, upper) => {
        expect(plain(merge(from("1", lower), from("2", upper)))).toEqual(model(lower, upper));
      }),
    );
  });

  it("remembers who gave each value", () => {
    const tree = merge(from("1", { a: { x: 1, y: 2 } }), from("2", { a: { y: 3 } }));
    if (tree.kind !== "mapping") throw new Error("no mapping");
    const inner = tree.entries.get("a")?.tree;
    if (inner?.kind !== "mapping") throw new Error("no mapping");
    const origins = [...inner.entries].map(([key, entry]) => [key, placeText(entry.tree.place)]);
    expect(origins).toEqual([
      ["x", "1"],
      ["y", "2"],
    ]);
  });
});
