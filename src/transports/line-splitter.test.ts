// Whole lines, however the stream is cut, and no more memory than a line may take.
import fc from "fast-check";
import { expect, it } from "vitest";
import { LineSplitter } from "./line-splitter.ts";

function splitBy(text: string, sizes: readonly number[], limitBytes: number) {
  const splitter = new LineSplitter(limitBytes);
  const bytes = Buffer.from(text);
  let whole = "";
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    const lines = splitter.take(bytes.subarray(at, at + size));
    expect(lines?.length).not.toBe(0);
    whole += lines?.toString() ?? "";
    at += size;
  }
  return { whole, rest: splitter.end()?.toString(), tooLong: splitter.tooLong };
}

const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 });
const text = fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 80 });

it("gives every whole line, in any pieces, single bytes among them", () => {
  fc.assert(
    fc.property(text, sizes, (given, cut) => {
      const end = given.lastIndexOf("\n") + 1;
      const rest = given.slice(end) === "" ? undefined : given.slice(end);
      for (const by of [cut, [1]])
        expect(splitBy(given, by, 1000)).toEqual({ whole: given.slice(0, end), rest, tooLong: 0 });
    }),
  );
});

it("drops a line that is too long, and only that, in single bytes as in pieces", () => {
  const given = `ab\n${"x".repeat(5)}\n${"y".repeat(6)}\ncd\n${"z".repeat(9)}\nlast`;
  expect(splitBy(given, [1], 5)).toEqual({ whole: "ab\nxxxxx\ncd\n", rest: "last", tooLong: 2 });
  expect(splitBy(given, [4], 5)).toEqual({ whole: "ab\nxxxxx\ncd\n", rest: "last", tooLong: 2 });
});

it("a line that is too long and never ends leaves nothing", () => {
  expect(splitBy("x".repeat(100), [1], 5)).toEqual({ whole: "", rest: undefined, tooLong: 1 });
});

it("what it gave stays as it was while more comes", () => {
  const splitter = new LineSplitter(100);
  splitter.take(Buffer.from("ab"));
  const lines = splitter.take(Buffer.from("c\nde"));
  splitter.take(Buffer.from("fghij"));
  expect(lines?.toString()).toBe("abc\n");
  expect(splitter.end()?.toString()).toBe("defghij");
  expect(splitter.end()).toBeUndefined();
});
