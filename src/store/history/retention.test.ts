import { expect, it } from "vitest";
import { expireBySize } from "./retention.ts";
import type { Shelf } from "./shelf.ts";
import type { Tallies } from "./tallies.ts";

/** A shelf as far as its bytes go: blocks of the sizes, oldest first. */
function shelfOf(sizes: readonly number[]): { shelf: Shelf; left: () => number[] } {
  const blocks = sizes.map((sizeBytes) => ({ sizeBytes }));
  const remove = async (block: { sizeBytes: number }) => void blocks.splice(blocks.indexOf(block), 1);
  return {
    shelf: { blocks, remove } as unknown as Shelf,
    left: () => blocks.map(({ sizeBytes }) => sizeBytes),
  };
}

const tallies = { dropped: () => {} } as unknown as Tallies;

it.each([
  [
    "years of coarse points leave room for today's",
    [
      [1, 2],
      [50, 51, 52, 53],
    ],
    120,
    [
      [1, 2],
      [52, 53],
    ],
  ],
  ["fine points leave room for the coarse ones", [[40, 41, 42], [10], [5]], 100, [[41, 42], [10], [5]]],
  ["nothing goes while all fits", [[40], [30], [20]], 90, [[40], [30], [20]]],
  ["everything goes when nothing fits", [[40], [30]], 0, [[], []]],
])("%s", async (_what, sizes, limitBytes, expected) => {
  const shelves = sizes.map(shelfOf);
  await expireBySize(
    shelves.map(({ shelf }) => shelf),
    limitBytes,
    tallies,
  );
  expect(shelves.map(({ left }) => left())).toEqual(expected);
});
