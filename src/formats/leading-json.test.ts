import fc from "fast-check";
import { expect, it } from "vitest";
import { parseLeadingJson } from "./leading-json.ts";

it.each([
  ['{"a":1}', { a: 1 }],
  ['{"a":"}"} garbage', { a: "}" }],
  ['{"a":"\\"}"}{"b":2}', { a: '"}' }],
  [" [1,[2]]]", [1, [2]]],
  ['"x" y', "x"],
  ["5 6", 5],
  ["null}", null],
])("reads the first value of %j", (text, value) => {
  expect(parseLeadingJson(Buffer.from(text))).toEqual({ value });
});

it.each(["", "  ", "{bad", '{"a":1', "[1", '"open', "nul", "{]"])("refuses %j", (text) => {
  expect(parseLeadingJson(Buffer.from(text))).toHaveProperty("error");
});

it("reads any value whatever follows it, and throws at nothing", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), (value, tail) => {
      expect(parseLeadingJson(Buffer.from(JSON.stringify(value) + tail))).toEqual({
        value: JSON.parse(JSON.stringify(value)),
      });
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => void parseLeadingJson(Buffer.from(text))));
});

it.each(['"', '["', '{"a', '\\"'])("is done at once with megabytes of %j", { timeout: 5000 }, (piece) => {
  expect(parseLeadingJson(Buffer.from(`[${piece.repeat(1_500_000)}`))).toHaveProperty("error");
});
