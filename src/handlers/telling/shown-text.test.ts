// Texts from outside, made fit to be shown.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oneLine, plainText, shownReason } from "./shown-text.ts";

describe("one line", () => {
  it.each([
    ["a\r\nb", "a b"],
    ["  a \t b\u2028c\u0085d ", "a b c d"],
    ["\u001b[31mred\u0007\0", "[31mred"],
    ["☂ ü", "☂ ü"],
  ])("%j is %j", (text, expected) => {
    expect(oneLine(text, 100)).toBe(expected);
  });

  it("holds neither a line end nor a control character, within its limit", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.integer({ min: 1, max: 20 }), (text, limit) => {
        const shown = oneLine(`\r\n${text}\n`, limit);
        expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
        expect(shown.length).toBeLessThanOrEqual(limit);
      }),
    );
  });
});

it("a plain text keeps its lines and tabs, and no other control character", () => {
  expect(plainText("a\r\nb\rc\u2028d\te\u001b[0m\u0000\u009bf", 100)).toBe("a\nb\nc\nd\te[0mf");
  expect(plainText("abcd", 4)).toBe("abcd");
  expect(plainText("abcdef", 4)).toBe("abc…");
  expect(plainText("ab😀def", 4)).toBe("ab…");
});

it.each([
  [new Error("user:pass word at pass"), ["pass", "pass word"], "user:*** at ***"],
  [new Error(""), [], "Error"],
  ["text", [undefined, ""], "text"],
  [new AggregateError([new Error("one"), "two"]), [], "one; two"],
  [new Error("x".repeat(9999)), [], `${"x".repeat(499)}…`],
])("the reason of %s without %j", (thrown, secrets, expected) => {
  expect(shownReason(thrown, secrets)).toBe(expected);
});
