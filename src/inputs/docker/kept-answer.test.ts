// For how long an answer holds, with and without somebody who tells of changes.
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { keepAnswer } from "./kept-answer.ts";

function counted(followedSinceMs: number | undefined) {
  const clock = fakeClock();
  let readings = 0;
  const kept = keepAnswer({
    clock,
    read: async () => {
      readings += 1;
      return readings;
    },
    followedSinceMs: () => followedSinceMs,
  });
  return { clock, kept };
}

describe("an answer that is kept", () => {
  it.each([
    ["while nobody tells of changes", undefined, 400, 1],
    ["while nobody tells of changes", undefined, 600, 2],
    ["read before the events were sure to come", -900, 600, 2],
    ["read after that", -1000, 59_000, 1],
    ["grown old all the same", -1000, 61_000, 2],
  ])("%s (%s), after %d ms is reading number %d", async (_what, since, laterMs, expected) => {
    const { clock, kept } = counted(since);
    expect(await kept.get()).toBe(1);
    await clock.advance(laterMs);
    expect(await kept.get()).toBe(expected);
  });

  it("is shared by those who ask at the same time", async () => {
    const { kept } = counted(undefined);
    expect(await Promise.all([kept.get(), kept.get(), kept.get()])).toEqual([1, 1, 1]);
  });

  it("is read again after a change, also one during its reading", async () => {
    const { kept } = counted(-5000);
    const during = kept.get();
    kept.forget();
    expect(await kept.get()).toBe(2);
    expect(await during).toBe(1);
    expect(await kept.get()).toBe(2);
    kept.forget();
    expect(await kept.get()).toBe(3);
  });

  it("is not kept when it changed during its reading", async () => {
    const { kept } = counted(-5000);
    const during = kept.get();
    kept.forget();
    await during;
    expect(await kept.get()).toBe(2);
  });

  it("is asked for again after a failure", async () => {
    let isBroken = true;
    const kept = keepAnswer({
      clock: fakeClock(),
      read: async () => {
        if (isBroken) throw new Error("broken");
        return 7;
      },
      followedSinceMs: () => undefined,
    });
    await expect(kept.get()).rejects.toThrow("broken");
    isBroken = false;
    expect(await kept.get()).toBe(7);
  });
});
