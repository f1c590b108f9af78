// Who asks while work is under way shares the next time with all others who do.
import { expect, it } from "vitest";
import { sharedWork } from "./shared-work.ts";

function steppedWork() {
  const ends: { done: (value: number) => void; fail: (fault: Error) => void }[] = [];
  const work = sharedWork(() => new Promise<number>((done, fail) => void ends.push({ done, fail })));
  return { work, ends };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

it("is done once for all who came while it was done", async () => {
  const { work, ends } = steppedWork();
  const first = work();
  const others = [work(), work(), work()];
  expect(ends).toHaveLength(1);
  ends[0]?.done(1);
  expect(await first).toBe(1);
  await settle();
  expect(ends).toHaveLength(2);
  const late = work();
  ends[1]?.done(2);
  expect(await Promise.all(others)).toEqual([2, 2, 2]);
  await settle();
  expect(ends).toHaveLength(3);
  ends[2]?.done(3);
  expect(await late).toBe(3);
  void work();
  expect(ends).toHaveLength(4);
});

it("that fails fails for those who shared it, and for nobody else", async () => {
  const { work, ends } = steppedWork();
  const first = work();
  const next = work();
  ends[0]?.fail(new Error("no"));
  await expect(first).rejects.toThrow("no");
  await settle();
  ends[1]?.done(2);
  expect(await next).toBe(2);
});
