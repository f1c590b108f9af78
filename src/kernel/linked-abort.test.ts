// What ends a linked signal, and that its parents forget it.
import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { linkedAbort } from "./linked-abort.ts";

const parent = () => new AbortController();
const listeners = (...signals: AbortSignal[]) =>
  signals.map((signal) => getEventListeners(signal, "abort").length);

it("ends with whichever parent ends first, for that parent's reason", () => {
  const [one, other] = [parent(), parent()];
  const linked = linkedAbort([one.signal, other.signal]);
  expect(linked.signal.aborted).toBe(false);
  other.abort("enough");
  one.abort("too late to be heard");
  expect(linked.signal.reason).toBe("enough");
  expect(linked.isLate).toBe(false);
});

it("has ended from the start where a parent has", () => {
  const linked = linkedAbort(AbortSignal.abort("before"));
  expect([linked.signal.aborted, linked.signal.reason]).toEqual([true, "before"]);
});

it("ends when time is up, and says so", async () => {
  const clock = fakeClock();
  const linked = linkedAbort(parent().signal, { clock, afterMs: 500 });
  await clock.advance(499);
  expect(linked.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(linked.isLate).toBe(true);
  expect(linked.signal.reason).toEqual(new Error("no answer within 500 ms"));
});

it("is not late where it ended before its time", async () => {
  const clock = fakeClock();
  const linked = linkedAbort(parent().signal, { clock, afterMs: 500, message: "late" });
  linked.abort("by hand");
  await clock.advance(1000);
  expect([linked.isLate, linked.signal.reason]).toEqual([false, "by hand"]);
});

it("leaves no listener with its parents once it is released, ended or not", async () => {
  const [one, other] = [parent().signal, parent().signal];
  const clock = fakeClock();
  const untouched = linkedAbort([one, other], { clock, afterMs: 500 });
  const late = linkedAbort([one, other], { clock, afterMs: 100 });
  const ended = linkedAbort([one, other]);
  expect(listeners(one, other)).toEqual([3, 3]);
  await clock.advance(100);
  ended.abort();
  for (const linked of [untouched, late, ended]) linked.release();
  expect(listeners(one, other)).toEqual([0, 0]);
  await clock.advance(1000);
  expect(untouched.signal.aborted).toBe(false);
});
