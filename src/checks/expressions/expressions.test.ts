import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { Expressions, type ExpressionsNeeds } from "./expressions.ts";

describe("a deadline", () => {
  const clock = fakeClock();
  const readings = { of: () => undefined, isSettled: () => true };
  const expressions = new Expressions({ clock, readings, host: {} as ExpressionsNeeds["host"] });
  const untilTold = (signal: AbortSignal) =>
    new Promise<string>((resolve) => signal.addEventListener("abort", () => resolve("told to stop")));

  it("tells to stop when time is over, and when the agent stops", async () => {
    const { signal } = new AbortController();
    const late = expressions.within(1000, signal, untilTold);
    await clock.advance(1000);
    expect(await late).toBe("told to stop");
    const ending = new AbortController();
    const ended = expressions.within(1000, ending.signal, untilTold);
    ending.abort();
    expect(await ended).toBe("told to stop");
  });

  it("needs no waiting where nothing waits", () => {
    expect(expressions.within(1000, new AbortController().signal, () => 1)).toBe(1);
  });
});
