import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { type QuietTime, QuietTimes } from "./quiet-times.ts";

function quietTimes(known: readonly QuietTime[] = []) {
  const clock = fakeClock();
  const told: string[] = [];
  const quiet = new QuietTimes(known, {
    clock,
    onChange: (change, { checks }) => told.push(`${change} ${checks}`),
  });
  const add = (checks: string, fromMs: number, untilMs: number, kind: QuietTime["kind"] = "downtime") =>
    quiet.add({
      ...{ checks, kind, author: "me", comment: "" },
      fromMs: clock.now() + fromMs,
      untilMs: clock.now() + untilMs,
    });
  return { clock, told, quiet, add };
}

describe("quiet times", () => {
  it("hold the checks that they cover, from when they begin until they end", async () => {
    const { clock, told, quiet, add } = quietTimes();
    add("web/*", 1000, 3000);
    expect(quiet.holding("web/site")).toBeUndefined();
    await clock.advance(1000);
    quiet.passTime();
    expect([quiet.holding("web/site"), quiet.holding("db")]).toEqual(["downtime", undefined]);
    await clock.advance(2000);
    expect(quiet.holding("web/site")).toBeUndefined();
    expect(quiet.passTime()).toBe(true);
    expect(told).toEqual(["add web/*", "start web/*", "end web/*"]);
    expect(quiet.all).toEqual([]);
  });

  it("can be taken away before", () => {
    const { told, quiet, add } = quietTimes();
    const { id } = add("*", 0, 60_000, "silence");
    expect(quiet.holding("anything")).toBe("silence");
    expect([quiet.remove(id), quiet.remove(id)]).toEqual([true, false]);
    expect(told).toEqual(["add *", "start *", "remove *"]);
  });

  it("say downtime where both hold", () => {
    const { quiet, add } = quietTimes();
    add("*", 0, 1000, "silence");
    add("x", 0, 1000);
    expect(quiet.holding("x")).toBe("downtime");
  });

  it.each([
    ["that are over", "*", 0, -1],
    ["that end before they begin", "*", 2000, 1000],
    ["of more than a year", "*", 0, 400 * 86_400_000],
    ["of nothing", "", 0, 1000],
    ["with a pattern that goes on and on", "x".repeat(513), 0, 1000],
  ])("refuse those %s", (_what, checks, from, until) => {
    const { add, told } = quietTimes();
    expect(() => add(checks, from, until)).toThrow(/checks:|until:/);
    expect(told).toEqual([]);
  });

  it("go on after a restart without being told anew", () => {
    const { told, quiet } = quietTimes([
      {
        ...{ id: "a", kind: "downtime", checks: "x", author: "", comment: "" },
        fromMs: 0,
        untilMs: Number.MAX_SAFE_INTEGER,
      },
    ]);
    quiet.passTime();
    expect([quiet.holding("x"), told]).toEqual(["downtime", []]);
  });

  it("are no more than so many", () => {
    const { add } = quietTimes();
    for (let count = 0; count < 1000; count += 1) add(`c${count}`, 0, 1000);
    expect(() => add("one more", 0, 1000)).toThrow("full");
  });
});
