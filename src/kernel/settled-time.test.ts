import { expect, it } from "vitest";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { createSettledTime } from "./settled-time.ts";

const hour = 3_600_000;
const year = 365 * 24 * hour;

it("is the wall time while nothing jumps, and through small corrections", async () => {
  const clock = fakeClock();
  const settled = createSettledTime(clock);
  await clock.advance(5 * hour);
  clock.jump(59_000);
  expect(settled()).toBe(clock.now());
  clock.jump(-59_000);
  expect(settled()).toBe(clock.now());
});

it("does not follow a jump forward before it has lasted an hour", async () => {
  const clock = fakeClock();
  const settled = createSettledTime(clock);
  clock.jump(year);
  expect(settled()).toBe(clock.now() - year);
  await clock.advance(hour - 1);
  expect(settled()).toBe(clock.now() - year);
  await clock.advance(1);
  expect(settled()).toBe(clock.now());
});

it("follows a jump back at once, also back from a jump forward", async () => {
  const clock = fakeClock();
  const settled = createSettledTime(clock);
  clock.jump(year);
  settled();
  clock.jump(-year);
  expect(settled()).toBe(clock.now());
  clock.jump(-year);
  expect(settled()).toBe(clock.now());
  await clock.advance(2 * hour);
  expect(settled()).toBe(clock.now());
});
