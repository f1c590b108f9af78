// What strangers can make happen is told once a minute of each, and of all together not without end.
import { expect, it } from "vitest";
import { createRarely } from "./rarely.ts";

function steppedRarely() {
  let nowMs = 0;
  const pass = (ms: number) => {
    nowMs += ms;
  };
  return { rarely: createRarely({ monotonicMs: () => nowMs }), pass };
}

it("tells a name again after a minute, and how often it was silent", () => {
  const { rarely, pass } = steppedRarely();
  expect(rarely.tell("a")).toBe(0);
  expect(rarely.tell("a")).toBeUndefined();
  pass(59_999);
  expect(rarely.tell("a")).toBeUndefined();
  pass(1);
  expect(rarely.tell("a")).toBe(2);
  expect(rarely.tell("a")).toBeUndefined();
  pass(60_000);
  expect(rarely.tell("a")).toBe(1);
});

it("knows names apart", () => {
  const { rarely } = steppedRarely();
  expect([rarely.tell("a"), rarely.tell("b"), rarely.tell("a")]).toEqual([0, 0, undefined]);
});

it("tells of sixty names within a minute", () => {
  const { rarely, pass } = steppedRarely();
  const told = () => Array.from({ length: 100 }, (_, place) => rarely.tell(`n${Math.random()}${place}`));
  expect(told().filter((one) => one !== undefined)).toHaveLength(60);
  pass(59_999);
  expect(rarely.tell("late")).toBeUndefined();
  pass(1);
  expect(told().filter((one) => one !== undefined)).toHaveLength(60);
});
