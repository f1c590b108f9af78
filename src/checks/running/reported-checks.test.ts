import { describe, expect, it } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import type { KeptCheck } from "./check-run.ts";
import { CheckSet } from "./check-set.ts";
import { ReportedChecks } from "./reported-checks.ts";

function reported(limit: number, kept: ReadonlyMap<string, KeptCheck> = new Map()) {
  const clock = fakeClock();
  const told: string[] = [];
  const context = { ...testContext(), clock };
  const set = new CheckSet([], {
    ...{ ...context, hostname: "host1", firstOkHeld: false, kept, beneath: () => [] },
    ...{ isInGroup: () => true, quiet: () => undefined, onProblem: () => {}, emit: () => {} },
    tell(happening) {
      if (happening.type === "check")
        told.push(`${happening.check.id} ${happening.check.oldState}>${happening.check.state}`);
    },
  });
  const checks = new ReportedChecks({ ttlMs: undefined, limit, attempts: 1 }, { ...context, set });
  checks.begin(kept);
  const say = (name: string, status: 0 | 1 | 2 | 3) =>
    checks.take({ name, host: "", status, message: "", tags: {}, atMs: 0 });
  const refused = () =>
    context.telemetry.samples().find(({ name }) => name === "checks_reported_refused_total")?.value;
  return { clock, set, told, say, refused, lines: context.lines };
}

describe("reported checks", () => {
  it("refuse new names when there are too many, and say so once a minute", async () => {
    const { clock, set, told, say, refused, lines } = reported(2);
    for (let round = 0; round < 10; round += 1) for (const name of ["a", "b", "c", "d"]) say(name, 2);
    expect(told).toEqual(["reported/a pending>critical", "reported/b pending>critical"]);
    expect([refused(), lines.length]).toEqual([20, 1]);
    await clock.advance(61_000);
    say("c", 0);
    expect(lines).toHaveLength(2);
    expect(set.active.map(({ plan }) => plan.id)).toEqual(["reported/a", "reported/b"]);
  });

  it("make room for new ones after a day of silence", async () => {
    const { clock, set, say } = reported(2);
    say("a", 0);
    say("b", 0);
    await clock.advance(86_000_000);
    say("b", 0);
    await clock.advance(1_000_000);
    say("c", 0);
    say("d", 0);
    expect(set.active.map(({ plan }) => plan.id)).toEqual(["reported/b", "reported/c"]);
  });

  it("go on after a restart before anybody speaks, for a week, and never go back to that", async () => {
    const first = reported(3);
    first.say("a", 2);
    const { kept } = first.set;
    const old = { ...[...kept.values()][0], lastCheckMs: 1_699_000_000_000 } as KeptCheck;
    const again = reported(1, new Map([...kept, ["reported/old", { ...old, reported: undefined }]]));
    expect(again.set.active.map(({ kept: { told } }) => told)).toEqual(["critical"]);
    again.say("a", 2);
    expect(again.told).toEqual([]);
    again.say("a", 0);
    await again.clock.advance(90_000_000);
    again.say("b", 0);
    await again.clock.advance(90_000_000);
    again.say("a", 0);
    expect(again.told.at(-1)).toBe("reported/a pending>ok");
    expect(reported(3, new Map([["reported/a", old]])).set.active).toEqual([]);
  });
});
