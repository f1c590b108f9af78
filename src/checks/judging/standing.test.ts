import { describe, expect, it } from "vitest";
import type { JudgedState } from "../../event/index.ts";
import { flapPercent } from "./flapping.ts";
import { type JudgingRules, judge, neverJudged, type Standing } from "./standing.ts";

const states: Readonly<Record<string, JudgedState>> = { o: "ok", w: "warning", c: "critical", u: "unknown" };

/** One letter for each judgement; what is told of each: `-` nothing, `s` a soft change, `H` a sure one. */
function told(letters: string, rules: Partial<JudgingRules> = {}): string {
  let standing: Standing = neverJudged;
  return [...letters]
    .map((letter) => {
      const step = judge(standing, states[letter] ?? "unknown", {
        attempts: 1,
        flapping: undefined,
        ...rules,
      });
      standing = step.standing;
      if (step.hardChanged) return "H";
      return step.changed ? "s" : "-";
    })
    .join("");
}

describe("one judgement after the other", () => {
  it.each([
    ["a first ok is a change, a first unknown is none", "o", "H"],
    ["a first unknown", "u", "-"],
    ["each change once", "oocco", "H-H-H"],
    ["from one problem to another", "owc", "HHH"],
    ["unknown to critical", "uc", "-H"],
  ])("%s", (_what, letters, expected) => {
    expect(told(letters)).toBe(expected);
  });

  it.each([
    ["sure at the third in a row", "occcc", "Hs-H-"],
    ["a recovery in between is told nobody", "occoc", "Hs-ss"],
    ["another problem counts on", "ocwc", "HssH"],
    ["a sure problem changes its kind at once", "occcw", "Hs-HH"],
    ["a recovery from a sure problem", "occco", "Hs-HH"],
  ])("with three attempts: %s", (_what, letters, expected) => {
    expect(told(letters, { attempts: 3 })).toBe(expected);
  });

  it("counts attempts up to their number and no further", () => {
    let standing = neverJudged;
    const attempts = [..."occccc"].map((letter) => {
      ({ standing } = judge(standing, states[letter] ?? "unknown", { attempts: 3, flapping: undefined }));
      return standing.attempt;
    });
    expect(attempts).toEqual([1, 1, 2, 3, 3, 3]);
  });

  it.each([5, 1])("takes up another number of attempts with a problem that is sure: %d", (attempts) => {
    let standing = neverJudged;
    for (const letter of "occc")
      ({ standing } = judge(standing, states[letter] ?? "unknown", { attempts: 3, flapping: undefined }));
    const step = judge(standing, "critical", { attempts, flapping: undefined });
    expect(step.standing).toMatchObject({ attempt: attempts, hard: true });
    expect([step.changed, step.hardChanged]).toEqual([false, false]);
  });

  it("makes nothing anew for a judgement that says what the one before said", () => {
    const rules = { attempts: 3, flapping: undefined };
    const fine = judge(neverJudged, "ok", rules).standing;
    expect(judge(fine, "ok", rules).standing).toBe(fine);
  });

  it("remembers the state before the last change", () => {
    const rules = { attempts: 1, flapping: undefined };
    const warned = judge(judge(neverJudged, "ok", rules).standing, "warning", rules).standing;
    expect(judge(warned, "warning", rules).standing).toMatchObject({ state: "warning", oldState: "ok" });
  });
});

describe("flapping", () => {
  it("weighs newer changes more, from 0.8 to 1.2, and reaches 100 per cent", () => {
    const alternating = Array.from({ length: 21 }, (_, place) => (place % 2) * 2);
    expect(flapPercent(alternating)).toBeCloseTo(100, 6);
    const still = Array.from({ length: 21 }, () => 0);
    expect(flapPercent([2, ...still.slice(1)])).toBeCloseTo(4, 6);
    expect(flapPercent([...still.slice(1), 2])).toBeCloseTo(6, 6);
  });

  it("counts what is not known yet as unchanged", () => {
    expect(flapPercent([])).toBe(0);
    expect(flapPercent([0, 2])).toBeCloseTo(6, 6);
  });

  it("begins once at the upper limit and ends once below the lower one", () => {
    let standing = neverJudged;
    const flaps: string[] = [];
    for (const letter of `${"oc".repeat(10)}${"o".repeat(30)}`) {
      const step = judge(standing, states[letter] ?? "unknown", {
        attempts: 1,
        flapping: { low: 20, high: 30 },
      });
      standing = step.standing;
      if (step.flap !== undefined) flaps.push(step.flap);
    }
    expect(flaps).toEqual(["start", "stop"]);
    expect(standing.recent).toHaveLength(21);
  });

  it.each([
    ["ends below the lower limit, not at it", { low: 0, high: 1 }, true],
    ["ends below the lower limit", { low: 0.001, high: 1 }, false],
  ])("%s", (_what, above, isFlapping) => {
    const recent = [0, 2, 2, 2];
    const percent = flapPercent([...recent, 2]);
    const before = { ...neverJudged, state: "critical", recent, flapping: true } as const;
    const flapping = { low: percent + above.low, high: percent + above.high };
    const { standing, flap } = judge(before, "critical", { attempts: 1, flapping });
    expect([standing.flapping, flap]).toEqual([isFlapping, isFlapping ? undefined : "stop"]);
  });

  it.each([
    [0, true],
    [0.001, false],
  ])("begins at the upper limit, not below it: %d above what is there", (above, isFlapping) => {
    const recent = [0, 2, 2, 2];
    const high = flapPercent([...recent, 2]) + above;
    const before = { ...neverJudged, state: "critical", recent } as const;
    const { standing } = judge(before, "critical", { attempts: 1, flapping: { low: 0, high } });
    expect(standing.flapping).toBe(isFlapping);
  });

  it("is not looked for unless it is asked for", () => {
    let standing = neverJudged;
    for (const letter of "oc".repeat(30))
      ({ standing } = judge(standing, states[letter] ?? "unknown", { attempts: 1, flapping: undefined }));
    expect(standing).toMatchObject({ flapping: false, recent: [] });
  });
});
