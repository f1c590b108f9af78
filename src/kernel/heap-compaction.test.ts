// The heap is made compact while it is quiet, and not while work takes its time.
import { expect, it } from "vitest";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { compactingWhenQuiet } from "./heap-compaction.ts";

const [on, off] = ["--compact-on-every-full-gc", "--no-compact-on-every-full-gc"];

it("stops with the first pause, and begins again five seconds after the last one", async () => {
  const clock = fakeClock();
  const flags: string[] = [];
  let yields = 0;
  const inner = {
    isDue: true,
    yield: async () => {
      yields += 1;
    },
    count: () => {},
  };
  const pace = compactingWhenQuiet(inner, clock, (flag) => void flags.push(flag));
  expect(flags).toEqual([on]);
  expect(pace.isDue).toBe(true);
  inner.isDue = false;
  expect(pace.isDue).toBe(false);
  await pace.yield();
  expect(flags).toEqual([on, off]);
  await clock.advance(4000);
  await pace.yield();
  await clock.advance(4999);
  expect(flags).toEqual([on, off]);
  await clock.advance(1);
  expect(flags).toEqual([on, off, on]);
  await clock.advance(60_000);
  expect(flags).toEqual([on, off, on]);
  await pace.yield();
  expect(flags).toEqual([on, off, on, off]);
  expect(yields).toBe(3);
});

it("stops with very many pieces in a second, and begins again after a minute of them", async () => {
  const clock = fakeClock();
  const flags: string[] = [];
  const inner = { isDue: false, yield: async () => {}, count: () => {} };
  const pace = compactingWhenQuiet(inner, clock, (flag) => void flags.push(flag));
  const second = async (pieces: number) => {
    for (let piece = 0; piece < pieces; piece += 1) pace.count();
    await clock.advance(1000);
  };
  for (let seconds = 0; seconds < 10; seconds += 1) await second(99);
  expect(flags).toEqual([on]);
  for (let seconds = 0; seconds < 59; seconds += 1) await second(100);
  expect(flags).toEqual([on, off]);
  await second(0);
  expect(flags).toEqual([on, off, on]);
  await second(100);
  await clock.advance(5000);
  expect(flags).toEqual([on, off, on, off, on]);
});
