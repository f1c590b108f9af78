// Where a value ends and how much it holds, whatever stands in it and in whatever pieces it is looked at.
import fc from "fast-check";
import { expect, it } from "vitest";
import { JsonScan, scanJson } from "./json-scan.ts";

/** Looked at by runs of so many bytes. */
function scanBy(bytes: Buffer, size: number, from = 0) {
  const scan = new JsonScan(bytes, from);
  for (let runs = 0; scan.extent === undefined; runs += 1) {
    expect(runs).toBeLessThanOrEqual(bytes.length / size + 2);
    scan.run(size);
  }
  return scan.extent;
}

it.each([
  ["{}", 2, 1],
  ['{"a":1,"b":[1,2]}x', 17, 4],
  ["  [1] [2]", 5, 1],
  ['"a\\"b" c', 6, 0],
  ['["\\\\"],', 6, 1],
  ['["]",1]]', 7, 2],
  ["12.5 7", 4, 0],
  ["true,", 4, 0],
  ["null}", 4, 0],
  ["5[", 1, 0],
  ["\t\n\v\f\r7", 6, 0],
])("of %j the value ends before byte %d and has %d marks", (text, end, marks) => {
  expect(scanJson(Buffer.from(text))).toEqual({ end, isTooDeep: false, marks });
});

it.each(["", "  ", "{", '"open', '"open\\"', "[1,2", '{"a', "]", "}", ",", " ]"])(
  "finds no end in %j",
  (text) => {
    expect(scanJson(Buffer.from(text))).toMatchObject({ end: undefined, isTooDeep: false });
  },
);

it("takes 64 brackets within brackets, and not one more", () => {
  const deep = (count: number) => Buffer.from("[".repeat(count) + "]".repeat(count));
  expect(scanJson(deep(64))).toEqual({ end: 128, isTooDeep: false, marks: 64 });
  expect(scanJson(deep(65))).toEqual({ end: undefined, isTooDeep: true, marks: 65 });
});

it("looks at nothing behind what is too deep", () => {
  const scan = new JsonScan(Buffer.from("[".repeat(1_000_000)));
  scan.run(100);
  expect(scan.extent).toEqual({ end: undefined, isTooDeep: true, marks: 65 });
});

it("brackets of texts and keys do not count", () => {
  expect(scanJson(Buffer.from(`["${"[".repeat(500)}",{"${"{".repeat(500)}":1}]`))).toMatchObject({
    isTooDeep: false,
    marks: 3,
  });
});

it("finds the same by runs of any size, from any place, whatever follows", () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.string(),
      fc.integer({ min: 1, max: 9 }),
      fc.nat(5),
      (value, tail, size, from) => {
        const text = JSON.stringify(value);
        const bytes = Buffer.from(`${"#".repeat(from)}${text} ${tail}`);
        const found = scanBy(bytes, size, from);
        expect(found).toEqual(scanJson(bytes, from));
        if (!found.isTooDeep) expect(found.end).toBe(from + Buffer.byteLength(text));
      },
    ),
  );
});

it("has at least as many marks as there are values within it", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ maxDepth: 3 })), (values) => {
      let count = 0;
      JSON.parse(JSON.stringify(values), (_key, value: unknown) => {
        count += 1;
        return value;
      });
      expect(scanJson(Buffer.from(JSON.stringify(values))).marks).toBeGreaterThanOrEqual(count - 1);
    }),
  );
});

it("ends with any bytes, by runs of any size", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 9 }), (bytes, size) => {
      const found = scanBy(Buffer.from(bytes), size);
      expect(found).toEqual(scanJson(Buffer.from(bytes)));
      expect(found.end ?? 0).toBeLessThanOrEqual(bytes.length);
    }),
  );
});
