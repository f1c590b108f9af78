import { describe, expect, it } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { type DetectorPlan, DetectorSet, type Finding } from "./detector-set.ts";
import { NodeGroups } from "./node-groups.ts";

function detectors(looks: Readonly<Record<string, () => Finding | Promise<Finding>>>, everyMs = 10_000) {
  const clock = fakeClock();
  const plans = Object.entries(looks).map(
    ([id, look]): DetectorPlan => ({
      ...{ id, name: id, packName: "", packLevel: "local", place: "x:1:1", everyMs },
      ...{ applyIf: "", groups: [], notes: "", look: async () => await look() },
    }),
  );
  const groups = new NodeGroups([], [], { tell: () => {}, onChange: () => {} });
  const set = new DetectorSet(plans, {
    ...{ ...testContext(), clock, kept: new Map() },
    onChange: () => groups.setDetected(set.groups),
  });
  return { clock, set, groups };
}

const found = (...groups: string[]): Finding => ({ matched: true, groups });

/** A promise, and what fulfils it. */
function later<Result>() {
  let resolve: (result: Result) => void = () => {};
  const promise = new Promise<Result>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve: (result: Result) => resolve(result) };
}

describe("detectors", () => {
  it("lose no group when their looks overlap", async () => {
    const slow = later<Finding>();
    let aLooks = 0;
    const { clock, set, groups } = detectors({
      a: () => (aLooks++ === 0 ? found("a") : found()),
      b: () => slow.promise,
    });
    await set.lookNow("a");
    const both = set.lookNow("b");
    await set.lookNow("a");
    slow.resolve(found("a"));
    await both;
    await clock.advance(0);
    expect(groups.detected).toEqual(["a"]);
  });

  it("share one look that is under way, and are waited for", async () => {
    const slow = later<Finding>();
    let looks = 0;
    const { set } = detectors({
      a: () => {
        looks += 1;
        return slow.promise;
      },
    });
    const asked = [set.lookNow(), set.lookNow()];
    let stopped = false;
    const stopping = set.stop().then(() => {
      stopped = true;
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect([looks, stopped]).toEqual([1, false]);
    slow.resolve(found());
    await Promise.all([...asked, stopping]);
  });

  it.each<[string, Finding, number]>([
    ["after a fault", { matched: false, groups: [], fault: "no" }, 60],
    ["with data missing", { matched: false, groups: [], lacking: true }, 60],
    ["when all is well", found("a"), 1],
  ])("look again %s", async (_when, finding, expected) => {
    let looks = 0;
    const { clock, set } = detectors(
      {
        a: () => {
          looks += 1;
          return finding;
        },
      },
      3_600_000,
    );
    set.start();
    await clock.advance(3_599_000);
    expect(looks).toBe(expected);
  });
});
