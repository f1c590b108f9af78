// What was written comes back, and no changed sign goes unnoticed.
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { summedLine, textOfSummedLine } from "./summed-line.ts";

it("gives back what was written", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      const line = summedLine(text);
      expect(line.endsWith("\n")).toBe(true);
      expect(textOfSummedLine(line.slice(0, -1))).toBe(text);
    }),
  );
});

it("notices each cut and each changed byte", () => {
  const line = summedLine('{"seq":7}').slice(0, -1);
  for (let place = 0; place < line.length; place += 1) {
    expect(textOfSummedLine(line.slice(0, place))).toBeUndefined();
    const changed = String.fromCharCode(line.charCodeAt(place) ^ 1);
    expect(textOfSummedLine(`${line.slice(0, place)}${changed}${line.slice(place + 1)}`)).toBeUndefined();
  }
});
