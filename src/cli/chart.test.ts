import { expect, it } from "vitest";
import { chart, sparkline } from "./chart.ts";

const frame = {
  columns: 4,
  rows: 2,
  from: 0,
  to: 80,
  joined: 10,
  label: (value: number) => value.toFixed(0),
};

it("draws a rising line from the lower left to the upper right", () => {
  const points = Array.from({ length: 8 }, (_, number) => ({ time: number * 10, value: number }));
  expect(chart(points, frame)).toEqual(["7 ┤  ⡠⠊", "0 ┤⡠⠊"]);
});

it("joins neighbours, and leaves a gap in time open", () => {
  const near = chart(
    [
      { time: 0, value: 0 },
      { time: 10, value: 8 },
    ],
    { ...frame, joined: 10 },
  ).join("");
  const far = chart(
    [
      { time: 0, value: 0 },
      { time: 10, value: 8 },
    ],
    { ...frame, joined: 9 },
  ).join("");
  const dots = (text: string) => [...text].filter((one) => one >= "\u2801" && one <= "\u28ff").length;
  expect(dots(near)).toBe(2);
  expect([near === far, dots(far)]).toEqual([false, 2]);
});

it("leaves out what lies outside, and draws one value in the middle", () => {
  const lines = chart(
    [
      { time: -5, value: 100 },
      { time: 40, value: 5 },
      { time: 90, value: 0 },
    ],
    frame,
  );
  expect(lines).toEqual(["6 ┤", "4 ┤  ⠁"]);
  expect(chart([], frame)).toEqual(["1 ┤", "0 ┤"]);
});

it.each([
  [[0, 1, 2, 3, 4, 5, 6, 7, 8], 0, "▁▂▃▄▅▆▇██"],
  [[0, 50, 100], 100, "▁▅█"],
  [[1, 2], 100, "▁▁"],
  [[0, 0], 0, "▁▁"],
  [[], 0, ""],
])("makes a sparkline of %j", (values, full, expected) => {
  expect(sparkline(values, full)).toBe(expected);
});
