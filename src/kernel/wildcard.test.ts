import fc from "fast-check";
import { expect, it } from "vitest";
import { wildcards } from "./wildcard.ts";

it.each([
  ["*", "", true],
  ["a*", "abc", true],
  ["*c", "abc", true],
  ["a*c", "abcd", false],
  ["a?c", "abc", true],
  ["a?c", "ac", false],
  ["*a*b", "xaxxb", true],
  ["*a*b", "xaxxbx", false],
  ["requests.*.count", "requests.a.b.count", true],
  ["plain", "plain", true],
  ["pl.in", "plain", false],
  ["", "", true],
  ["", "a", false],
])("%j fits %j: %j", (pattern, text, expected) => {
  expect(wildcards([pattern])(text)).toBe(expected);
});

it("says the same as a regular expression", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "*", "?"), maxLength: 8 });
  const texts = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 });
  fc.assert(
    fc.property(letters, texts, (pattern, text) => {
      const source = pattern.replaceAll("*", "[ab]*").replaceAll("?", "[ab]");
      expect(wildcards([pattern])(text)).toBe(new RegExp(`^${source}$`).test(text));
    }),
  );
});

it("is done at once with stars upon stars", () => {
  expect(wildcards([`${"*a".repeat(200)}b`])("a".repeat(20_000))).toBe(false);
});
