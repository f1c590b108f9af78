// How many different texts there were, and how much room that takes.
import { expect, it } from "vitest";
import { DistinctCount } from "./distinct-count.ts";

const many = 64 * 1024 * 1024;

it.each([0, 1, 8, 9, 1000, 1024])("%i are counted exactly, in any order and again", (size) => {
  const room = { freeBytes: many };
  const count = new DistinctCount(room);
  for (let round = 0; round < 2; round += 1)
    for (let member = 0; member < size; member += 1) count.add(`user ${(member * 7919) % size}`);
  expect(count.count).toBe(size);
  expect(many - room.freeBytes).toBeLessThanOrEqual(8192);
});

it.each([1025, 20_000, 500_000])("%i are estimated within five per cent", (size) => {
  const count = new DistinctCount({ freeBytes: many });
  for (let member = 0; member < size; member += 1) count.add(`user ${member}`);
  expect(Math.abs(count.count - size)).toBeLessThan(size * 0.05);
});

it("texts of any length take the same room, and all of it comes back", () => {
  const room = { freeBytes: many };
  const counts = Array.from({ length: 5 }, () => new DistinctCount(room));
  for (const count of counts)
    for (let member = 0; member < 1000; member += 1) count.add(`${member}${"x".repeat(5000)}`);
  expect(many - room.freeBytes).toBe(5 * 8192);
  counts[0]?.add("again");
  for (const count of counts) count.clear();
  expect(room.freeBytes).toBe(many);
  expect(counts.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0]);
});

it("without room what is known counts on, and what is new is refused", () => {
  const room = { freeBytes: 200 };
  const [one, other] = [new DistinctCount(room), new DistinctCount(room)];
  const taken = Array.from({ length: 100 }, (_, member) => one.add(`user ${member}`));
  expect(taken.filter(Boolean)).toHaveLength(16);
  expect(one.count).toBe(16);
  expect(one.add("user 3")).toBe(true);
  expect(Array.from({ length: 9 }, (_, member) => other.add(`${member}`)).filter(Boolean)).toHaveLength(8);
  one.clear();
  expect(other.add("9")).toBe(true);
});
