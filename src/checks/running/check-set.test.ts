import { describe, expect, it } from "vitest";
import { watchAbortListeners } from "../../../test/support/abort-listeners.ts";
import { testContext } from "../../../test/support/context.ts";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import type { Happening, Held, JudgedState } from "../../event/index.ts";
import { AgentError } from "../../kernel/errors.ts";
import type { Metric } from "../../metric/metric.ts";
import { neverJudged } from "../judging/standing.ts";
import { resolveDependencies } from "../notices/dependencies.ts";
import type { CheckPlan, Verdict } from "./check-plan.ts";
import type { KeptCheck } from "./check-run.ts";
import { CheckSet } from "./check-set.ts";

type Answer = Verdict["state"] | (() => Promise<Verdict> | Verdict);

const verdict = <State extends Verdict["state"]>(state: State, perfdata = "") => ({
  state,
  output: `is ${state}`,
  perfdata,
});

function planOf(id: string, given: Partial<CheckPlan> = {}): CheckPlan {
  return {
    ...{ id, name: id.split("/").at(-1) ?? id, displayName: id, host: "", packName: "", packLevel: "local" },
    ...{ place: "test:1:1", kind: "program", group: undefined, everyMs: 10_000, retryMs: 10_000 },
    ...{ rules: { attempts: 1, flapping: undefined }, ttlMs: undefined, silentState: "unknown" },
    ...{ dependsOn: [], handlers: undefined, service: undefined, notes: "", given: {}, extra: {} },
    run: () => verdict("ok"),
    ...given,
  };
}

/** A plan that answers one after the other, the last one for ever. */
function scripted(id: string, answers: readonly Answer[], given: Partial<CheckPlan> = {}) {
  const left = [...answers];
  const runs: number[] = [];
  const plan = planOf(id, {
    ...given,
    run: () => {
      runs.push(runs.length);
      const answer = (left.length > 1 ? left.shift() : left[0]) ?? "ok";
      return typeof answer === "function" ? answer() : verdict(answer);
    },
  });
  return { plan, runs };
}

interface Setting {
  readonly quiet?: () => Held | undefined;
  readonly groups?: Set<string>;
  readonly kept?: ReadonlyMap<string, KeptCheck>;
  readonly firstOkHeld?: boolean;
}

function setOf(plans: readonly CheckPlan[], { quiet, groups, kept, firstOkHeld = false }: Setting = {}) {
  const clock = fakeClock();
  const told: string[] = [];
  const metrics: Metric[] = [];
  const happenings: Happening[] = [];
  const context = testContext();
  const set = new CheckSet(plans, {
    ...{ ...context, clock, hostname: "host1", firstOkHeld, kept: kept ?? new Map() },
    beneath: (id) => resolveDependencies(plans).beneath.get(id) ?? [],
    isInGroup: (group) => groups?.has(group) ?? false,
    quiet: () => quiet?.(),
    onProblem: () => {},
    emit: (some) => void metrics.push(...some),
    tell(happening) {
      happenings.push(happening);
      if (happening.type === "check")
        told.push(
          `${happening.check.id} ${happening.check.oldState}>${happening.check.state}${mark(happening.held)}`,
        );
      if (happening.type === "flapping") told.push(`${happening.check.id} flapping ${happening.change}`);
    },
  });
  set.relink();
  return { clock, set, told, metrics, happenings, lines: context.lines };
}

const mark = (held: Held | undefined) => (held === undefined ? "" : ` (${held})`);

/** A promise, and what fulfils it. */
function later<Result>() {
  let resolve: (result: Result) => void = () => {};
  const promise = new Promise<Result>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve: (result: Result) => resolve(result) };
}

describe("the checks of a host", () => {
  it("run within ten seconds and then on their beat, whatever a run takes", async () => {
    const { plan, runs } = scripted("a", ["ok"], { everyMs: 60_000 });
    const { clock } = setOf([plan]);
    await clock.advance(10_050);
    expect(runs).toHaveLength(1);
    await clock.advance(600_000);
    expect(runs).toHaveLength(11);
  });

  it("leave nobody listening for the stop, however often they ran", async () => {
    const { most } = watchAbortListeners();
    const { plan, runs } = scripted("a", [() => Promise.resolve(verdict("ok"))]);
    const { clock } = setOf([plan]);
    await clock.advance(600_000);
    expect(runs.length).toBeGreaterThan(50);
    // The last run is hardly over.
    expect(most()).toBeLessThanOrEqual(1);
  });

  it("come once at each place of their grid, whatever fraction of a millisecond they began at", async () => {
    const starts = new Map<string, number[]>();
    const plans = Array.from({ length: 60 }, (_, place) =>
      planOf(`c${place}`, {
        everyMs: 6000,
        run: () => {
          starts.set(`c${place}`, [...(starts.get(`c${place}`) ?? []), clock.monotonicMs()]);
          return verdict("ok");
        },
      }),
    );
    const { clock, set } = setOf([]);
    await clock.advance(0.3 + 1 / 3);
    for (const plan of plans) set.put(plan);
    set.relink();
    await clock.advance(60_000);
    for (const times of starts.values()) {
      const pauses = times.slice(2).map((at, place) => at - (times[place + 1] ?? 0));
      expect(Math.min(...pauses)).toBeGreaterThan(5900);
      expect(Math.max(...pauses)).toBeLessThan(6100);
    }
  });

  it("are spread over their interval, the same way at every start", async () => {
    const starts: number[] = [];
    const plans = Array.from({ length: 100 }, (_, place) =>
      planOf(`c${place}`, {
        everyMs: 60_000,
        run: () => {
          starts.push(place);
          return verdict("ok");
        },
      }),
    );
    const { clock } = setOf(plans);
    await clock.advance(60_000);
    starts.length = 0;
    const counts: number[] = [];
    for (let second = 0; second < 6; second += 1) {
      const before = starts.length;
      await clock.advance(10_000);
      counts.push(starts.length - before);
    }
    expect(counts.reduce((sum, count) => sum + count)).toBe(100);
    expect(Math.max(...counts)).toBeLessThan(35);
  });

  it("tell of changes once, with the state before", async () => {
    const { plan } = scripted("a", ["ok", "ok", "critical", "critical", "ok"]);
    const { clock, told } = setOf([plan]);
    await clock.advance(60_000);
    expect(told).toEqual(["a pending>ok", "a ok>critical", "a critical>ok"]);
  });

  it("ask again soon while a problem is not sure, and tell when it is", async () => {
    const rules = { attempts: 3, flapping: undefined };
    const { plan, runs } = scripted("a", ["ok", "critical"], { rules, everyMs: 60_000, retryMs: 5000 });
    const { clock, told } = setOf([plan]);
    await clock.advance(60_000);
    await clock.advance(75_000);
    expect(told).toEqual(["a pending>ok", "a ok>critical (soft)", "a ok>critical"]);
    expect(runs.length).toBeGreaterThanOrEqual(4);
  });

  it("stay pending while what they look at is not measured yet", async () => {
    const { plan, runs } = scripted("a", ["pending", "pending", "ok"]);
    const { clock, told } = setOf([plan]);
    await clock.advance(13_000);
    expect([runs.length >= 3, told]).toEqual([true, ["a pending>ok"]]);
  });

  it("keep what they know when a program finds no room, and try again", async () => {
    const full = () => Promise.reject(new AgentError("program.no-place", { reason: "" }));
    const { plan } = scripted("a", ["critical", full, "critical"]);
    const { clock, set, told, lines } = setOf([plan]);
    await clock.advance(35_000);
    expect(told).toEqual(["a pending>critical"]);
    expect(set.active[0]?.kept.standing.state).toBe("critical");
    expect(lines.join()).toContain("a check was not run");
  });

  it("run one at a time, however long a run takes", async () => {
    let running = 0;
    let most = 0;
    const slow = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => clock.after(25_000, resolve));
      running -= 1;
      return verdict("ok");
    };
    const { plan, runs } = scripted("a", [slow]);
    const { clock } = setOf([plan]);
    await clock.advance(120_000);
    expect(most).toBe(1);
    expect(runs.length).toBeGreaterThan(2);
  });

  it("are not moved by a wall clock that jumps", async () => {
    const { plan, runs } = scripted("a", ["ok"]);
    const { clock } = setOf([plan]);
    await clock.advance(30_000);
    const before = runs.length;
    clock.jump(-86_400_000);
    await clock.advance(30_000);
    clock.jump(10 * 86_400_000);
    await clock.advance(30_000);
    expect(runs.length - before).toBe(6);
  });

  it("come and go with their group, and keep what they know", async () => {
    const groups = new Set<string>();
    const { plan, runs } = scripted("a", ["ok"], { group: "web" });
    const { clock, set } = setOf([plan], { groups });
    await clock.advance(30_000);
    expect([runs.length, set.active]).toEqual([0, []]);
    groups.add("web");
    set.relink();
    await clock.advance(10_050);
    expect(set.active.map(({ kept }) => kept.standing.state)).toEqual(["ok"]);
    groups.clear();
    set.relink();
    const before = runs.length;
    await clock.advance(60_000);
    expect(runs).toHaveLength(before);
  });

  it("hand on performance data", async () => {
    const { plan } = scripted("disks/root", [() => verdict("ok", "/=5%")], { kind: "program" });
    const { clock, metrics } = setOf([plan]);
    await clock.advance(10_050);
    expect(metrics.map(({ name, value }) => [name, value])).toEqual([["disks.root./", 5]]);
  });
});

describe("whether people are told", () => {
  it("is held back in a quiet time, and made up for when it ends and the state still differs", async () => {
    let held: Held | undefined;
    const { plan } = scripted("a", ["ok", "critical"]);
    const { clock, set, told } = setOf([plan], { quiet: () => held });
    await clock.advance(10_050);
    held = "downtime";
    await clock.advance(20_000);
    expect(told).toEqual(["a pending>ok", "a ok>critical (downtime)"]);
    held = undefined;
    set.tellHeld();
    expect(told.at(-1)).toBe("a ok>critical");
    await clock.advance(60_000);
    expect(told).toHaveLength(3);
  });

  it("is nothing where all is as it was when the quiet time ends", async () => {
    let held: Held | undefined;
    const { plan } = scripted("a", ["ok", "critical", "ok"]);
    const { clock, set, told } = setOf([plan], { quiet: () => held });
    await clock.advance(10_050);
    held = "silence";
    await clock.advance(30_000);
    held = undefined;
    set.tellHeld();
    await clock.advance(30_000);
    expect(told).toEqual(["a pending>ok", "a ok>critical (silence)", "a critical>ok (silence)"]);
  });

  it("is held back while what a check stands on has a problem, which is asked first", async () => {
    const router = scripted("router", ["ok", "critical"], { everyMs: 3_600_000 });
    const site = scripted("site", ["ok", "critical"], { dependsOn: ["router"] });
    const { clock, told } = setOf([router.plan, site.plan]);
    await clock.advance(10_050);
    await clock.advance(10_000);
    expect(told.filter((line) => line.startsWith("router"))).toEqual([
      "router pending>ok",
      "router ok>critical",
    ]);
    expect(told.at(-1)).toBe("site ok>critical (dependency)");
  });

  it("begins and ends flapping with one notice each", async () => {
    const answers: JudgedState[] = [];
    for (let count = 0; count < 10; count += 1) answers.push("ok", "critical");
    const { plan } = scripted("a", [...answers, ...Array.from({ length: 30 }, () => "ok" as const)], {
      rules: { attempts: 1, flapping: { low: 20, high: 30 } },
    });
    const { clock, told } = setOf([plan]);
    await clock.advance(600_000);
    const open = told.filter((line) => !line.includes("("));
    expect(open.filter((line) => line.includes("flapping"))).toEqual(["a flapping start", "a flapping stop"]);
    expect(open.slice(open.indexOf("a flapping stop") + 1)).toEqual([]);
    expect(told.filter((line) => line.endsWith("(flapping)")).length).toBeGreaterThan(3);
  });

  it("leaves a first ok out where that is wished, and nothing after it", async () => {
    const { plan } = scripted("a", ["ok", "ok", "critical", "ok"]);
    const { clock, told } = setOf([plan], { firstOkHeld: true });
    await clock.advance(60_000);
    expect(told).toEqual(["a pending>ok (first)", "a ok>critical", "a critical>ok"]);
  });

  it("is not done again after a restart", async () => {
    const first = setOf([scripted("a", ["critical"]).plan]);
    await first.clock.advance(10_050);
    const { kept } = first.set;
    const again = setOf([scripted("a", ["critical", "critical", "ok"]).plan], { kept });
    expect(again.set.active[0]?.kept.output).toBe("is critical");
    await again.clock.advance(60_000);
    expect(again.told).toEqual(["a critical>ok"]);
  });
});

describe("a passive check", () => {
  const passive = (given: Partial<CheckPlan> = {}) =>
    planOf("backup", { kind: "passive", run: undefined, everyMs: 10_000, ...given });

  it("takes results from outside", async () => {
    const { clock, set, told } = setOf([passive()]);
    const run = set.find("backup");
    if (run === undefined) throw new Error("no such check");
    set.submit(run, { state: "critical", output: "tape torn", perfdata: "" });
    await clock.advance(600_000);
    expect([told, run.kept.output]).toEqual([["backup pending>critical"], "tape torn"]);
  });

  it("is silent when none came in its time, once", async () => {
    const { clock, set, told } = setOf([passive({ ttlMs: 60_000, silentState: "critical" })]);
    const run = set.find("backup");
    if (run === undefined) throw new Error("no such check");
    set.submit(run, { state: "ok", output: "done", perfdata: "" });
    await clock.advance(50_000);
    expect(told).toEqual(["backup pending>ok"]);
    await clock.advance(200_000);
    expect(told).toEqual(["backup pending>ok", "backup ok>critical"]);
    expect(run.kept.output).toMatch(/^no result for \d+ s; one was due within 60 s$/);
    set.submit(run, { state: "ok", output: "done", perfdata: "" });
    expect(told.at(-1)).toBe("backup critical>ok");
  });

  it("is silent for sure at once, however many attempts it has", async () => {
    const rules = { attempts: 3, flapping: undefined };
    const { clock, set, told } = setOf([passive({ ttlMs: 60_000, silentState: "critical", rules })]);
    set.submit(runOf(set, "backup"), verdict("ok"));
    await clock.advance(200_000);
    expect(told).toEqual(["backup pending>ok", "backup ok>critical"]);
  });

  it("is told of when the fault beneath goes", async () => {
    const router = planOf("router", { kind: "passive", run: undefined });
    const { set, told } = setOf([router, passive({ dependsOn: ["router"] })]);
    set.submit(runOf(set, "router"), verdict("critical"));
    set.submit(runOf(set, "backup"), verdict("critical"));
    expect(told.at(-1)).toBe("backup pending>critical (dependency)");
    set.submit(runOf(set, "router"), verdict("ok"));
    expect(told.slice(-2)).toEqual(["router critical>ok", "backup pending>critical"]);
  });

  it("does not hide its silence behind a restart", async () => {
    const standing = { ...neverJudged, state: "ok", oldState: "ok", hardState: "ok" } as const;
    const lastCheckMs = 1_700_000_000_000 - 50_000;
    const kept = new Map([["backup", { standing, output: "", lastCheckMs, told: "ok" } as const]]);
    const { clock, told } = setOf([passive({ ttlMs: 60_000, silentState: "critical" })], { kept });
    await clock.advance(30_000);
    expect(told).toEqual(["backup ok>critical"]);
  });
});

function runOf(set: CheckSet, id: string) {
  const run = set.find(id);
  if (run === undefined) throw new Error(`no check ${id}`);
  return run;
}

describe("a run that is under way", () => {
  const hanging = (given: Partial<CheckPlan> = {}) => {
    const { promise, resolve } = later<Verdict>();
    return { plan: planOf("a", { run: () => promise, ...given }), end: resolve };
  };

  it("counts for nothing once its check was replaced", async () => {
    const { plan, end } = hanging();
    const { clock, set, told } = setOf([plan]);
    await clock.advance(10_050);
    set.put(planOf("a", { run: () => verdict("ok") }));
    set.relink();
    end(verdict("critical"));
    await clock.advance(30_000);
    expect(told).toEqual(["a pending>ok"]);
  });

  it("counts for nothing once the node left its group", async () => {
    const groups = new Set(["web"]);
    const { plan, end } = hanging({ group: "web" });
    const { clock, set, told } = setOf([plan], { groups });
    await clock.advance(10_050);
    groups.clear();
    set.relink();
    end(verdict("critical"));
    await clock.advance(1000);
    expect(told).toEqual([]);
  });

  it("is not waited for at the end", async () => {
    const { plan } = hanging();
    const { clock, set } = setOf([plan]);
    await clock.advance(10_050);
    await set.stop();
    expect(set.find("a")?.underWay).toBeUndefined();
  });
});

describe("looking at what lies beneath", () => {
  it("does not use up its attempts", async () => {
    const rules = { attempts: 3, flapping: undefined };
    const router = scripted("router", ["ok", "critical"], { rules, retryMs: 60_000, everyMs: 3_600_000 });
    const sites = ["a", "b", "c"].map((id) => scripted(id, ["ok", "critical"], { dependsOn: ["router"] }));
    const { clock, told } = setOf([router.plan, ...sites.map(({ plan }) => plan)]);
    await clock.advance(25_000);
    expect(told.filter((line) => line.startsWith("router"))).toEqual([
      "router pending>ok",
      "router ok>critical (soft)",
    ]);
    await clock.advance(150_000);
    expect(told.filter((line) => line.startsWith("router"))).toHaveLength(3);
  });

  it("asks those above anew when the fault goes, and tells of no problem that is over", async () => {
    const router = planOf("router", { kind: "passive", run: undefined });
    const site = scripted("site", ["critical", "ok"], { dependsOn: ["router"], everyMs: 3_600_000 });
    const { clock, set, told } = setOf([router, site.plan]);
    set.submit(runOf(set, "router"), verdict("critical"));
    await clock.advance(10_050);
    set.submit(runOf(set, "router"), verdict("ok"));
    await clock.advance(1000);
    expect([site.runs.length, told.filter((line) => !line.includes("("))]).toEqual([
      2,
      ["router pending>critical", "router critical>ok", "site critical>ok"],
    ]);
  });
});
