// Pauses of all who share a pace: when they are due, and that those who wait go on one by one.
import { expect, it } from "vitest";
import { createPace } from "./pace.ts";

function steppedPace(budgetMs?: number) {
  let nowMs = 100;
  const pace = createPace({ monotonicMs: () => nowMs }, budgetMs);
  const work = (ms: number) => {
    nowMs += ms;
  };
  return { pace, work };
}

it("is due after five milliseconds of work, and no sooner", () => {
  const { pace, work } = steppedPace();
  work(4.9);
  expect(pace.isDue).toBe(false);
  work(0.1);
  expect(pace.isDue).toBe(true);
});

it("has another budget where one is given", () => {
  const { pace, work } = steppedPace(20);
  work(19);
  expect(pace.isDue).toBe(false);
  work(1);
  expect(pace.isDue).toBe(true);
});

it("begins anew after a pause", async () => {
  const { pace, work } = steppedPace();
  work(50);
  await pace.yield();
  expect(pace.isDue).toBe(false);
  work(5);
  expect(pace.isDue).toBe(true);
});

it("lets those who wait go on in their order, with a turn of everyone else between two of them", async () => {
  const { pace } = steppedPace();
  const seen: string[] = [];
  const others = () =>
    setImmediate(() => {
      seen.push("-");
      if (seen.length < 8) others();
    });
  others();
  const one = async (name: string) => {
    await pace.yield();
    seen.push(name);
  };
  await Promise.all([one("a"), one("b"), one("c")]);
  expect(seen.filter((name) => name !== "-")).toEqual(["a", "b", "c"]);
  expect(seen.join("")).not.toMatch(/[abc][abc]/);
});

it("counts the work of those who went on before", async () => {
  const { pace, work } = steppedPace();
  const due: boolean[] = [];
  const one = async (ms: number) => {
    await pace.yield();
    due.push(pace.isDue);
    work(ms);
    due.push(pace.isDue);
  };
  await Promise.all([one(7), one(1)]);
  expect(due).toEqual([false, true, false, false]);
});
