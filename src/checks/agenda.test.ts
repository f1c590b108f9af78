import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { Agenda } from "./agenda.ts";

describe("an agenda", () => {
  it("runs entries when they are due, in their order, at most 50 ms early", async () => {
    const clock = fakeClock();
    const ran: [string, number][] = [];
    const agenda = new Agenda<string>(clock, (entry) => ran.push([entry, clock.monotonicMs()]));
    agenda.plan("late", 300);
    agenda.plan("soon", 100);
    agenda.plan("just after", 140);
    await clock.advance(1000);
    expect(ran).toEqual([
      ["soon", 100],
      ["just after", 100],
      ["late", 300],
    ]);
  });

  it("forgets what was planned before, and what was taken away", async () => {
    const clock = fakeClock();
    const ran: string[] = [];
    const agenda = new Agenda<string>(clock, (entry) => ran.push(`${entry} ${clock.monotonicMs()}`));
    agenda.plan("moved", 100);
    agenda.plan("moved", 500);
    agenda.plan("gone", 200);
    agenda.remove("gone");
    await clock.advance(1000);
    expect(ran).toEqual(["moved 500"]);
    expect(agenda.size).toBe(0);
  });

  it("runs what is due now when it is planned from within a run", async () => {
    const clock = fakeClock();
    let count = 0;
    const agenda: Agenda<string> = new Agenda(clock, (entry, dueMs) => {
      count += 1;
      if (count < 5) agenda.plan(entry, dueMs + 10);
    });
    agenda.plan("again", 0);
    await clock.advance(100);
    expect(count).toBe(5);
  });

  it("holds no memory of what was taken away", () => {
    const agenda = new Agenda<string>(fakeClock(), () => {});
    for (let count = 0; count < 10_000; count += 1) {
      agenda.plan(`gone ${count}`, 1e9);
      agenda.remove(`gone ${count}`);
    }
    expect(agenda.held).toBeLessThan(1100);
  });

  it("does nothing after it was stopped", async () => {
    const clock = fakeClock();
    const ran: string[] = [];
    const agenda = new Agenda<string>(clock, (entry) => ran.push(entry));
    agenda.plan("x", 10);
    agenda.stop();
    await clock.advance(100);
    expect(ran).toEqual([]);
  });

  it("keeps any number of entries in order", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 200 }), async (dues) => {
        const clock = fakeClock();
        const ran: number[] = [];
        const agenda = new Agenda<number>(clock, (_entry, dueMs) => ran.push(dueMs));
        for (const [entry, due] of dues.entries()) agenda.plan(entry, due);
        await clock.advance(10_100);
        expect(ran).toEqual([...dues].sort((one, other) => one - other));
      }),
      { numRuns: 50 },
    );
  });
});
