// Work one after the other, and what is left of it with the signal that may end the waiting.
import { expect, it } from "vitest";
import { abortListeners } from "../../../../test/support/abort-listeners.ts";
import { createTurns } from "./turns.ts";

/** Work that is over when the test says so, and a word when it began. */
function held() {
  const [begun, over] = [deferred(), deferred()];
  const work = () => {
    begun.resolve();
    return over.promise;
  };
  return { work, begun: begun.promise, finish: over.resolve };
}

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve: () => resolve() };
}

it("is not begun before what was given up is over", async () => {
  const inTurn = createTurns();
  const giving = new AbortController();
  const first = held();
  const seen: string[] = [];
  const one = expect(inTurn(first.work, giving.signal)).rejects.toThrow("given up");
  const two = inTurn(async () => void seen.push("two"), new AbortController().signal);
  await first.begun;
  giving.abort();
  await one;
  expect(seen).toEqual([]);
  first.finish();
  await two;
  expect(seen).toEqual(["two"]);
});

it("is never begun where it was given up before its turn", async () => {
  const inTurn = createTurns();
  const giving = new AbortController();
  const first = held();
  const seen: string[] = [];
  const one = inTurn(first.work, new AbortController().signal);
  const two = expect(inTurn(async () => void seen.push("two"), giving.signal)).rejects.toThrow("given up");
  giving.abort();
  await two;
  first.finish();
  await one;
  await inTurn(async () => void seen.push("three"), new AbortController().signal);
  expect(seen).toEqual(["three"]);
});

it("leaves nobody listening to its signal, whether it was done or failed", async () => {
  const inTurn = createTurns();
  const { signal } = new AbortController();
  await inTurn(() => Promise.resolve(), signal);
  await expect(inTurn(() => Promise.reject(new Error("no room")), signal)).rejects.toThrow("no room");
  expect(abortListeners(signal)).toBe(0);
});
