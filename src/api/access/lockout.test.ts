import { expect, it } from "vitest";
import { type FakeClock, fakeClock } from "../../../test/support/fake-clock.ts";
import { Lockout } from "./lockout.ts";

function failing(lockout: Lockout, address: string, times: number): number[] {
  return Array.from({ length: times }, () => lockout.fail(address));
}

it("forgives five wrong credentials, and then asks for longer and longer", async () => {
  const clock = fakeClock();
  const lockout = new Lockout(clock);
  expect(failing(lockout, "192.0.2.1", 7)).toEqual([0, 0, 0, 0, 0, 1000, 1000]);
  await clock.advance(1000);
  expect(failing(lockout, "192.0.2.1", 2)).toEqual([2000, 2000]);
  expect(lockout.fail("192.0.2.2")).toBe(0);
  await clock.advance(600_001);
  expect(lockout.fail("192.0.2.1")).toBe(0);
});

it("takes a /64 of IPv6 for one source, and no more", () => {
  const lockout = new Lockout(fakeClock());
  const waits = Array.from({ length: 6 }, (_, host) => lockout.fail(`2001:db8::${host}`));
  expect(waits.at(-1)).toBe(1000);
  expect(lockout.fail("2001:db8:0:1::1")).toBe(0);
  expect(lockout.fail("::ffff:192.0.2.7")).toBe(0);
});

it("forgets no source that waits for any number of others", async () => {
  const clock = fakeClock();
  const lockout = new Lockout(clock);
  failing(lockout, "192.0.2.1", 20);
  for (let number = 0; number < 3000; number += 1) {
    await clock.advance(100);
    lockout.fail(`10.${number >> 8}.${number & 255}.1`);
  }
  expect(lockout.fail("192.0.2.1")).toBeGreaterThan(0);
});

it("has a rate for all sources together", async () => {
  const clock = fakeClock();
  const lockout = new Lockout(clock);
  const waits = Array.from({ length: 201 }, (_, number) => lockout.fail(`10.0.${number}.1`));
  expect(waits.slice(0, 200).every((wait) => wait === 0)).toBe(true);
  expect(waits[200]).toBe(10_000);
  await clock.advance(10_001);
  expect(lockout.fail("10.1.0.1")).toBe(0);
});

it("remembers a source for ten minutes of silence, and no longer", async () => {
  const clock = fakeClock();
  await clock.advance(5_000_000);
  const lockout = new Lockout(clock);
  expect(failing(lockout, "192.0.2.1", 6).at(-1)).toBe(1000);
  await clock.advance(600_000);
  expect(lockout.fail("192.0.2.1")).toBe(2000);
  await clock.advance(600_001);
  expect(lockout.fail("192.0.2.1")).toBe(0);
});

/** Each of so many sources fails so often; never too many in the span of all together. */
async function failingAll(clock: FakeClock, lockout: Lockout, sources: number, times: number): Promise<void> {
  for (let number = 0; number < sources; number += 1) {
    await clock.advance(55 * times);
    failing(lockout, `10.${number >> 8}.${number & 255}.1`, times);
  }
}

it.each([
  [999, 1000],
  [1000, 0],
])("remembers a thousand sources: behind %i others one has to wait %i ms", async (others, waitMs) => {
  const clock = fakeClock();
  const lockout = new Lockout(clock);
  failing(lockout, "192.0.2.1", 5);
  await failingAll(clock, lockout, others, 1);
  expect(lockout.fail("192.0.2.1")).toBe(waitMs);
});

it("remembers no new source while all those that it knows wait", async () => {
  const clock = fakeClock();
  const lockout = new Lockout(clock);
  await failingAll(clock, lockout, 1000, 6);
  await clock.advance(10_001);
  expect(failing(lockout, "192.0.2.1", 7)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  expect(lockout.fail("10.0.0.1")).toBe(2000);
});

it("counts the failures of all sources in the span, its last moment included", async () => {
  const clock = fakeClock();
  const lockout = new Lockout(clock);
  for (let number = 0; number < 200; number += 1) lockout.fail(`10.0.${number}.1`);
  await clock.advance(10_000);
  expect(lockout.fail("10.1.0.1")).toBe(10_000);
});

it("remembers a source from its last wrong credential on, not from its first", async () => {
  const clock = fakeClock();
  const lockout = new Lockout(clock);
  failing(lockout, "192.0.2.1", 5);
  await clock.advance(400_000);
  expect(lockout.fail("192.0.2.1")).toBe(1000);
  await clock.advance(400_000);
  expect(lockout.fail("192.0.2.1")).toBe(2000);
});

it("forgets the one that failed longest ago where there is no room, whenever it failed first", async () => {
  const clock = fakeClock();
  const lockout = new Lockout(clock);
  failing(lockout, "192.0.2.1", 4);
  await failingAll(clock, lockout, 999, 1);
  lockout.fail("192.0.2.1");
  lockout.fail("198.51.100.1");
  expect(lockout.fail("192.0.2.1")).toBe(1000);
});

it("has the same rate for all after any time", async () => {
  const clock = fakeClock();
  const lockout = new Lockout(clock);
  await clock.advance(5_000_000);
  const waits = Array.from({ length: 201 }, (_, number) => lockout.fail(`10.0.${number}.1`));
  expect([waits[199], waits[200]]).toEqual([0, 10_000]);
});
