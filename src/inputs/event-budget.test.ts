// A flood of events from outside leaves room for others, and is counted.
import { expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { limitEvents } from "./event-budget.ts";
import type { ReportedEvent } from "./listener.ts";

it("a thousand at once, then a hundred a second", async () => {
  const clock = fakeClock();
  const context = testContext();
  const taken: ReportedEvent[] = [];
  const report = limitEvents("collectd", { ...context, clock, onEvent: (event) => void taken.push(event) });
  const event: ReportedEvent = { title: "t", text: "m", host: "h", level: "error", tags: {}, atMs: 1 };
  const send = (count: number) => {
    const before = taken.length;
    for (let sent = 0; sent < count; sent += 1) report(event);
    return taken.length - before;
  };
  expect(send(10_000)).toBe(1000);
  await clock.advance(500);
  expect(send(10_000)).toBe(50);
  await clock.advance(3_600_000);
  expect(send(10_000)).toBe(1000);
  expect(context.lines.filter((line) => line.includes("more events come"))).toHaveLength(1);
});
