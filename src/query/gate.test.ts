// One asker with many questions does not keep the others waiting.

import { expect, it } from "vitest";
import { systemClock } from "../kernel/clock.ts";
import { createGate } from "./gate.ts";

function opened() {
  const gate = createGate({ queue: "questions", atOnce: 2, waiting: 8 }, systemClock);
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const ask = (asker: string, name: string) =>
    gate.through(asker, () => {
      begun.push(name);
      return new Promise<void>((resolve) => void ends.push(resolve));
    });
  const endNext = async () => {
    ends.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ask, begun, endNext };
}

it("leaves a place to others, and gives each asker a turn", async () => {
  const { ask, begun, endNext } = opened();
  const all = ["a1", "a2", "a3", "b1", "b2", "c1"].map((name) => ask(name.slice(0, 1), name));
  await Promise.resolve();
  expect(begun).toEqual(["a1", "b1"]);
  for (let count = 0; count < all.length; count += 1) await endNext();
  await Promise.all(all);
  expect(begun).toEqual(["a1", "b1", "a2", "b2", "c1", "a3"]);
});

it("lets nobody fill the queue", async () => {
  const { ask, begun, endNext } = opened();
  const flood = Array.from({ length: 5 }, () => ask("a", "a"));
  await expect(ask("a", "a")).rejects.toMatchObject({ code: "queue.full" });
  const other = ask("b", "b");
  await Promise.resolve();
  expect(begun).toEqual(["a", "b"]);
  for (let count = 0; count < 6; count += 1) await endNext();
  await Promise.all([...flood, other]);
});
