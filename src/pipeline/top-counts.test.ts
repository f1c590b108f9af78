// The most frequent names in the room of a few.
import { expect, it } from "vitest";
import { TopCounts } from "./top-counts.ts";

it("counts each name while there is room, most frequent first", () => {
  const counts = new TopCounts(3);
  for (const name of ["a", "b", "b", "c", "b", "c"]) counts.add(name);
  expect(counts.top(2)).toEqual([
    { name: "b", count: 3 },
    { name: "c", count: 2 },
  ]);
});

it("gives a newcomer the place and the count of the rarest, so that no count is too low", () => {
  const counts = new TopCounts(2);
  for (const name of ["a", "a", "a", "b", "b", "new"]) counts.add(name);
  expect(counts.top(9)).toEqual([
    { name: "a", count: 3 },
    { name: "new", count: 3 },
  ]);
  counts.add("a");
  expect(counts.top(1)).toEqual([{ name: "a", count: 4 }]);
});
