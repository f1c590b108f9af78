import fc from "fast-check";
import { expect, it } from "vitest";
import { percentDecoded, percentEscaped } from "./percent-escape.ts";

const unfit = /[\s/]/gu;

it.each([
  ["cpustats.%idle", "cpustats.%idle"],
  ["reads/s", "reads%2Fs"],
  ["50%25", "50%2525"],
  ["%/", "%%2F"],
  ["a\u3000b", "a%E3%80%80b"],
  ["100% A", "100%%20A"],
])("%j is %s", (text, expected) => {
  expect(percentEscaped(text, unfit)).toBe(expected);
});

it("is read back as it was, and has nothing unfit in it", () => {
  const text = fc.string({ unit: fc.constantFrom("%", "/", "2", "F", "a", " ", "é", "\u3000", "5") });
  fc.assert(
    fc.property(text, (given) => {
      const written = percentEscaped(given, unfit);
      expect(written).not.toMatch(/[\s/]/u);
      expect(percentDecoded(written)).toBe(given);
    }),
    { numRuns: 2000 },
  );
});
