// Made once for all who ask within the time, and anew after it or after a failure.
import { expect, it } from "vitest";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { keptBriefly } from "./kept-briefly.ts";

it("is made once within the time, and again after it", async () => {
  const clock = fakeClock();
  let made = 0;
  const ask = keptBriefly(async () => ++made, 1000, clock);
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
  await clock.advance(999);
  expect(await ask()).toBe(1);
  await clock.advance(1);
  expect(await ask()).toBe(2);
});

it("of no time is made for those who ask meanwhile", async () => {
  let made = 0;
  const ask = keptBriefly(async () => ++made, 0, fakeClock());
  expect(await Promise.all([ask(), ask()])).toEqual([1, 1]);
  expect(await ask()).toBe(2);
});

it("does not keep a failure", async () => {
  const clock = fakeClock();
  let tries = 0;
  const ask = keptBriefly(
    async () => {
      tries += 1;
      if (tries === 1) throw new Error("not yet");
      return tries;
    },
    1000,
    clock,
  );
  await expect(ask()).rejects.toThrow("not yet");
  expect(await ask()).toBe(2);
});
