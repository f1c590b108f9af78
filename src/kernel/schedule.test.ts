import { expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { startSchedule } from "./schedule.ts";

const sampleOf = (telemetry: ReturnType<typeof testContext>["telemetry"], name: string) =>
  telemetry.samples().find((sample) => sample.name === name)?.value;

it("keeps its beat, whatever the wall clock does", async () => {
  const clock = fakeClock();
  const times: number[] = [];
  const schedule = startSchedule(
    { name: "t", everyMs: 1000, run: () => void times.push(clock.monotonicMs()) },
    { ...testContext(), clock },
  );
  await clock.advance(2500);
  clock.jump(-86_400_000);
  await clock.advance(1000);
  clock.jump(86_400_000 * 365);
  await clock.advance(1000);
  await schedule.stop();
  await clock.advance(5000);
  expect(times).toEqual([1000, 2000, 3000, 4000]);
});

it("never overlaps itself, and counts the beats that fell away", async () => {
  const clock = fakeClock();
  const context = testContext();
  let running = 0;
  let most = 0;
  const starts: number[] = [];
  const run = () =>
    new Promise<void>((resolve) => {
      starts.push(clock.monotonicMs());
      running += 1;
      most = Math.max(most, running);
      clock.after(2500, () => {
        running -= 1;
        resolve();
      });
    });
  const schedule = startSchedule({ name: "t", everyMs: 1000, firstMs: 0, run }, { ...context, clock });
  await clock.advance(6500);
  expect(most).toBe(1);
  expect(starts).toEqual([0, 3000, 6000]);
  expect(sampleOf(context.telemetry, "schedule_missed_total")).toBe(4);
  const stopped = schedule.stop();
  await clock.advance(3000);
  await stopped;
});

it("goes on after a failure, and says so", async () => {
  const clock = fakeClock();
  const context = testContext();
  let runs = 0;
  const run = () => {
    runs += 1;
    throw new Error("not today");
  };
  const schedule = startSchedule({ name: "t", everyMs: 10, run }, { ...context, clock });
  await clock.advance(35);
  await schedule.stop();
  expect(runs).toBe(3);
  expect(sampleOf(context.telemetry, "schedule_failed_total")).toBe(3);
  expect(context.lines.join("")).toContain("not today");
});
