// Who is told of which event.
import { describe, expect, it } from "vitest";
import { checkFacts, complianceHappening } from "../../test/handlers/open-handlers.ts";
import type { AgentEvent, Happening, Held, JudgedState, NodeState } from "../event/index.ts";
import { type Audience, isFor, isTold, toldTypes } from "./addressing.ts";

const everybody: Audience = {
  ...{ name: "ops", enabled: true, onlyInGroup: undefined },
  severities: ["ok", "warning", "critical", "unknown"],
  events: toldTypes,
};

const happened = (happening: Happening): AgentEvent => ({ ...happening, seq: 1, atMs: 1 });
const told = (event: AgentEvent, audience: Partial<Audience> = {}, groups: readonly string[] = []) =>
  isTold(event) && isFor({ ...everybody, ...audience }, event, () => groups);
const check = (facts: Parameters<typeof checkFacts>[0] = {}, held?: Held) =>
  happened({ type: "check", check: checkFacts(facts), held });

it.each(["soft", "flapping", "downtime", "silence", "dependency", "first"] as const)(
  "nobody is told of what is held for %s",
  (held) => {
    expect(told(check({}, held))).toBe(false);
    expect(told(happened({ type: "flapping", change: "start", check: checkFacts(), held }))).toBe(false);
  },
);

it.each<[Happening]>([
  [{ type: "action", action: "notification", handler: "ops", about: 1, outcome: "sent", text: "" }],
  [{ type: "collector", collector: "cpu", state: "ERROR", oldState: "OK", log: "" }],
  [{ type: "message", title: "", text: "", host: "", level: "", tags: {} }],
  [
    {
      ...{ type: "downtime", change: "start", id: "1", kind: "downtime", checks: "*" },
      ...{ author: "", comment: "", untilMs: 0 },
    },
  ],
  [{ ...complianceHappening, notable: false }],
])("nobody is told of %j", (happening) => {
  expect(told(happened(happening))).toBe(false);
});

const nodeHappening: Extract<Happening, { type: "node" }> = {
  type: "node",
  ...{ uuid: "0".repeat(40), node: "web1", displayName: "", address: "192.0.2.7" },
  state: "alive",
  oldState: "dead",
};

describe("severities", () => {
  it.each<[JudgedState | "pending", readonly JudgedState[], boolean]>([
    ["critical", ["critical"], true],
    ["critical", ["ok", "warning", "unknown"], false],
    ["ok", ["critical", "warning"], false],
    ["ok", ["ok"], true],
    ["pending", ["unknown"], true],
    ["pending", ["ok"], false],
  ])("a new state %s for %j: %s", (state, severities, expected) => {
    expect(told(check({ state, oldState: "warning" }), { severities })).toBe(expected);
    const flapping = happened({ type: "flapping", change: "stop", check: checkFacts({ state }) });
    expect(told(flapping, { severities })).toBe(expected);
  });

  it.each<[string, JudgedState]>([
    ["COMPLIANT", "ok"],
    ["FIXED", "warning"],
    ["ERROR", "critical"],
    ["NOT-ELIGIBLE", "unknown"],
  ])("compliance %s counts as %s", (state, severity) => {
    const event = happened({ ...complianceHappening, state });
    expect(told(event, { severities: [severity] })).toBe(true);
    const others = everybody.severities.filter((one) => one !== severity);
    expect(told(event, { severities: others })).toBe(false);
  });

  it.each<[NodeState, JudgedState]>([
    ["alive", "ok"],
    ["leave", "ok"],
    ["suspect", "warning"],
    ["dead", "critical"],
    ["unknown", "unknown"],
  ])("a node that is %s counts as %s", (state, severity) => {
    const event = happened({ ...nodeHappening, state });
    expect(told(event, { severities: [severity] })).toBe(true);
    expect(told(event, { severities: everybody.severities.filter((one) => one !== severity) })).toBe(false);
  });

  it("mean nothing for groups", () => {
    expect(told(happened({ type: "group", change: "add", group: "x" }), { severities: [] })).toBe(true);
  });
});

describe("lists", () => {
  it.each([
    [undefined, true],
    [["ops"], true],
    [["others", "ops"], true],
    [["others"], false],
    [[], false],
  ])("a check with the handlers %j tells ops: %s", (handlers, expected) => {
    expect(told(check({ handlers }))).toBe(expected);
    const flapping = happened({ type: "flapping", change: "start", check: checkFacts({ handlers }) });
    expect(told(flapping)).toBe(expected);
  });

  it.each(toldTypes)("a handler of %s alone hears of nothing else", (type) => {
    const events = [
      check(),
      happened({ type: "flapping", change: "start", check: checkFacts() }),
      happened(complianceHappening),
      happened({ type: "group", change: "add", group: "x" }),
      happened(nodeHappening),
    ];
    const heard = events.filter((event) => told(event, { events: [type] }));
    expect(heard.map((event) => event.type)).toEqual([type]);
  });
});

it("a handler that is switched off, or whose group the node is not in, is not told", () => {
  expect(told(check(), { enabled: false })).toBe(false);
  expect(told(check(), { onlyInGroup: "slack" })).toBe(false);
  expect(told(check(), { onlyInGroup: "slack" }, ["slack"])).toBe(true);
});
