// What is remembered of series, and for how long.
import { expect, it } from "vitest";
import { Generations } from "./generations.ts";

it("remembers so many, and takes no other while there is no room", () => {
  const kept = new Generations<number>(2);
  expect([kept.set("a", 1), kept.set("b", 2), kept.set("c", 3)]).toEqual([true, true, false]);
  expect([kept.get("a"), kept.get("b"), kept.get("c"), kept.size]).toEqual([1, 2, undefined, 2]);
  expect(kept.set("a", 4)).toBe(true);
  expect(kept.get("a")).toBe(4);
});

it("forgets what nobody asked for in two turns, and nothing else", () => {
  const kept = new Generations<number>(3);
  for (const [value, key] of ["asked", "set", "silent"].entries()) kept.set(key, value);
  kept.turn();
  expect([...kept.keys()]).toHaveLength(3);
  expect(kept.get("asked")).toBe(0);
  // It is full, but this one is known.
  expect(kept.set("set", 7)).toBe(true);
  expect(kept.size).toBe(3);
  kept.turn();
  expect([...kept.keys()].sort()).toEqual(["asked", "set"]);
  expect([kept.get("silent"), kept.get("set"), kept.size]).toEqual([undefined, 7, 2]);
  expect(kept.set("new", 8)).toBe(true);
});
