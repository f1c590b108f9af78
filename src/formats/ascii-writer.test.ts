import fc from "fast-check";
import { expect, it } from "vitest";
import { AsciiWriter } from "./ascii-writer.ts";

function written(value: number): string {
  const writer = new AsciiWriter();
  writer.number(value);
  return writer.bytes().toString();
}

it.each([
  0,
  -0,
  1,
  -1,
  10,
  99_999_999,
  100_000_000,
  123_456_789_012,
  0.5,
  -0.07,
  38.55,
  1.001,
  0.000_001,
  1e-7,
  1e21,
  5e-324,
  8_999_999_999.999,
  9e9,
  2 ** 53,
  1.7976931348623157e308,
  100.1,
  1000.000_1,
  0.1 + 0.2,
])("%d comes back", (value) => {
  expect(Object.is(Number(written(value)), value)).toBe(true);
});

it("any number comes back, and is as short as JavaScript has it where it has up to six places", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(Object.is(Number(written(value)), value)).toBe(true);
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.constantFrom(1, 10, 1000, 1e6), (whole, scale) => {
      const value = whole / scale;
      expect(written(value)).toBe(String(value));
    }),
  );
});

it("grows, and takes texts between", () => {
  const writer = new AsciiWriter();
  for (let number = 0; number < 50_000; number += 1) {
    writer.number(number);
    writer.byte(0x2c);
  }
  writer.unicode("größe ☂");
  writer.text("!");
  const text = writer.bytes().toString();
  expect(text.startsWith("0,1,2,")).toBe(true);
  expect(text.endsWith("49999,größe ☂!")).toBe(true);
});
