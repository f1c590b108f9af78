import { expect, it } from "vitest";
import { fixedText, floatText, rounded, shortText } from "./number-text.ts";

it.each([
  [1, "1.0"],
  [-0, "-0.0"],
  [0.1, "0.1"],
  [1e15, "1000000000000000.0"],
  [1e16, "1e+16"],
  [123456789.125, "123456789.125"],
  [0.0001, "0.0001"],
  [0.00012345, "0.00012345"],
  [1e-5, "1e-05"],
  [2.5e-7, "2.5e-07"],
  [1.5e300, "1.5e+300"],
  [Infinity, "inf"],
])("%d as a float", (value, text) => {
  expect(floatText(value)).toBe(text);
});

it.each([
  [2, "2"],
  [0.1, "0.1"],
  [1234567, "1.23457e+06"],
  [100000, "100000"],
  [1e-5, "1e-05"],
  [0.00012345678, "0.000123457"],
  [-2.5, "-2.5"],
])("%d in short", (value, text) => {
  expect(shortText(value)).toBe(text);
});

it.each([
  [0.5, 0, 0],
  [1.5, 0, 2],
  [-2.5, 0, -2],
  [2.675, 2, 2.67],
  [0.125, 2, 0.12],
  [0.0078125, 6, 0.007812],
  [1250, -2, 1200],
  [1350, -2, 1400],
  [0.1, 30, 0.1],
  [1e300, 3, 1e300],
])("%d to %d digits", (value, digits, result) => {
  expect(rounded(value, digits)).toBe(result);
});

it("writes as many digits as wanted", () => {
  expect([fixedText(0.125, 2), fixedText(-0.5, 0), fixedText(3, 2), fixedText(1e22, 1)]).toEqual([
    "0.12",
    "-0",
    "3.00",
    "10000000000000000000000",
  ]);
});
