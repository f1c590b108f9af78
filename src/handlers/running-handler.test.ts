// One handler over time: order, pauses between tries, ends of every kind, limits of number and age.
import { describe, expect, it, onTestFinished } from "vitest";
import { checkFacts } from "../../test/handlers/open-handlers.ts";
import { watchAbortListeners } from "../../test/support/abort-listeners.ts";
import { testContext } from "../../test/support/context.ts";
import { type FakeClock, fakeClock } from "../../test/support/fake-clock.ts";
import type { AgentEvent, Happening } from "../event/index.ts";
import { toldTypes } from "./addressing.ts";
import { type Notice, Refused, TryLater } from "./handler.ts";
import { webhook } from "./kinds/webhook.ts";
import { RunningHandler } from "./running-handler.ts";

type Action = Extract<Happening, { type: "action" }>;
type Send = (seq: number, signal: AbortSignal, notice: Notice) => Promise<string>;

function startHandler(send: Send, { most = 1000, maxAgeMs = 86_400_000, deadlineMs = 30_000 } = {}) {
  const clock: FakeClock = fakeClock();
  const context = testContext();
  const actions: Action[] = [];
  const tries: { seq: number; atMs: number }[] = [];
  const removed: number[] = [];
  const beganMs = clock.now();
  const handler = new RunningHandler(
    {
      ...{ name: "ops", enabled: true, onlyInGroup: undefined, severities: ["critical"], events: toldTypes },
      ...{ kind: webhook, settings: {}, deadlineMs, maxAgeMs, place: "here", findTemplate: () => undefined },
    },
    {
      ...{ ...context, clock, most, secrets: ["hidden"] },
      sender: () => ({
        send(notice, signal) {
          tries.push({ seq: notice.event.seq, atMs: clock.now() - beganMs });
          return send(notice.event.seq, signal, notice);
        },
      }),
      onAction: (happening) => void actions.push(happening as Action),
    },
  );
  handler.start();
  onTestFinished(() => handler.stop());
  const offer = (...numbers: number[]) => {
    for (const seq of numbers) {
      const event: AgentEvent = { type: "check", check: checkFacts(), seq, atMs: clock.now() };
      const read = () => Promise.resolve(event);
      handler.offer({ ...event, read, done: () => void removed.push(seq) });
    }
  };
  const told = () => actions.map(({ about, outcome }) => `${about} ${outcome}`);
  return { handler, clock, offer, actions, told, tries, removed, lines: context.lines };
}

describe("tries", () => {
  it("are in order, one at a time, each removed when it is told", async () => {
    let underWay = 0;
    const { offer, clock, tries, told, removed, handler } = startHandler(async () => {
      underWay += 1;
      expect(underWay).toBe(1);
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return "ok";
    });
    offer(1, 2, 3);
    for (let count = 0; count < 20; count += 1) await clock.advance(0);
    offer(4);
    for (let count = 0; count < 10; count += 1) await clock.advance(0);
    expect(tries.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(told()).toEqual(["1 sent", "2 sent", "3 sent", "4 sent"]);
    expect(removed).toEqual([1, 2, 3, 4]);
    expect(handler.report).toMatchObject({ sent: 4, waiting: 0, state: "idle", lastError: undefined });
    expect(handler.report.lastSentMs).toBe(clock.now());
  });

  it("pause twice as long after each failure, from two seconds to five minutes, and begin anew", async () => {
    let isUp = false;
    const { offer, clock, tries, told, handler, lines } = startHandler(() =>
      isUp ? Promise.resolve("ok") : Promise.reject(new Error("down")),
    );
    offer(1, 2);
    await clock.advance(3_600_000);
    const pauses = tries.slice(1).map(({ atMs }, place) => atMs - (tries[place]?.atMs ?? 0));
    for (const [place, pauseMs] of pauses.entries()) {
      const fullMs = Math.min(2000 * 2 ** place, 300_000);
      expect(pauseMs).toBeGreaterThanOrEqual(fullMs / 2);
      expect(pauseMs).toBeLessThanOrEqual(fullMs);
    }
    expect(pauses.length).toBeGreaterThan(12);
    expect(tries.every(({ seq }) => seq === 1)).toBe(true);
    expect(told()).toEqual(["1 retried"]);
    expect(handler.report).toMatchObject({ state: "retrying", waiting: 2, retried: tries.length, sent: 0 });
    expect(handler.report.lastError?.reason).toBe("down");
    isUp = true;
    await clock.advance(300_000);
    expect(told()).toEqual(["1 retried", "1 sent", "2 sent"]);
    expect(lines.filter((line) => line.includes("can be told again"))).toHaveLength(1);
    // The same fault is not logged at every try.
    const warnings = lines.filter((line) => line.includes("nobody can be told"));
    expect(warnings.length).toBeGreaterThan(1);
    expect(warnings.length).toBeLessThanOrEqual(13);
    isUp = false;
    offer(3);
    const before = tries.length;
    await clock.advance(2001);
    expect(tries.length - before).toBe(2);
  });

  it("leave nobody listening for the stop, however many there were", async () => {
    const { most } = watchAbortListeners();
    const { offer, clock, tries } = startHandler(() => Promise.reject(new Error("down")));
    offer(1);
    await clock.advance(3_600_000);
    expect(tries.length).toBeGreaterThan(12);
    expect(most()).toBe(1);
  });

  it("wait as long as the other side asks", async () => {
    let count = 0;
    const { offer, clock, tries } = startHandler(() => {
      count += 1;
      return count === 1 ? Promise.reject(new TryLater("busy", { afterMs: 90_000 })) : Promise.resolve("ok");
    });
    offer(1);
    await clock.advance(89_999);
    expect(tries).toHaveLength(1);
    await clock.advance(1);
    expect(tries).toHaveLength(2);
  });

  it("end at their deadline, whether or not the sender obeys", async () => {
    const { offer, clock, told, handler } = startHandler(
      (_seq, signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
      { deadlineMs: 1000 },
    );
    offer(1);
    await clock.advance(1000);
    expect(told()).toEqual(["1 retried"]);
    expect(handler.report.lastError?.reason).toBe("no answer within 1000 ms");
    const deaf = startHandler(() => new Promise(() => {}), { deadlineMs: 1000 });
    deaf.offer(1);
    await deaf.clock.advance(10_999);
    expect(deaf.told()).toEqual([]);
    await deaf.clock.advance(1);
    expect(deaf.told()).toEqual(["1 retried"]);
  });

  it("begin when the event is on disk, and not before", async () => {
    const { handler, clock, tries } = startHandler(() => Promise.resolve("ok"));
    let settle = () => {};
    const stored = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const event: AgentEvent = { type: "check", check: checkFacts(), seq: 1, atMs: clock.now() };
    handler.offer({ ...event, read: () => stored.then(() => event), done: () => {} });
    await clock.advance(60_000);
    expect(tries).toEqual([]);
    settle();
    await clock.advance(0);
    expect(tries).toHaveLength(1);
  });

  it("of an event have one identity, those of others have others", async () => {
    const seen: string[] = [];
    const { offer, clock } = startHandler((_seq, _signal, notice) => {
      seen.push(notice.id);
      return seen.length < 3 ? Promise.reject(new Error("down")) : Promise.resolve("ok");
    });
    offer(1, 2);
    await clock.advance(60_000);
    expect(seen).toHaveLength(4);
    expect(new Set(seen.slice(0, 3)).size).toBe(1);
    expect(seen[3]).not.toBe(seen[0]);
  });
});

describe("an event", () => {
  it("that is refused is dropped, and the next is told", async () => {
    const { offer, clock, told, removed, handler, lines } = startHandler((seq) =>
      seq < 3 ? Promise.reject(new Refused("hidden is wrong\u001b")) : Promise.resolve("ok"),
    );
    offer(1, 2, 3);
    for (let count = 0; count < 5; count += 1) await clock.advance(0);
    expect(told()).toEqual(["1 refused", "2 refused", "3 sent"]);
    expect(removed).toEqual([1, 2, 3]);
    expect(handler.report).toMatchObject({ refused: 2, sent: 1, lastError: { reason: "*** is wrong" } });
    expect(lines.filter((line) => line.includes("[error]")).join("")).toContain("*** is wrong");
    expect(lines.join("")).not.toContain("hidden");
  });

  it("that grows too old is given up, without another try", async () => {
    const { offer, clock, told, tries, handler } = startHandler(() => Promise.reject(new Error("down")), {
      maxAgeMs: 60_000,
    });
    offer(1, 2);
    await clock.advance(300_000);
    expect(told()).toEqual(["1 retried", "1 given-up", "2 given-up"]);
    expect(tries.every(({ seq, atMs }) => seq === 1 && atMs <= 60_000)).toBe(true);
    expect(handler.report).toMatchObject({
      givenUp: 2,
      waiting: 0,
      lastError: { reason: "it is older than 1m" },
    });
  });

  it("is not given up because the clock jumps ahead", async () => {
    let isUp = false;
    const { offer, clock, told } = startHandler(() =>
      isUp ? Promise.resolve("ok") : Promise.reject(new Error("down")),
    );
    offer(1);
    await clock.advance(10);
    clock.jump(10 * 86_400_000);
    isUp = true;
    await clock.advance(5000);
    expect(told()).toEqual(["1 retried", "1 sent"]);
  });

  it("too many makes the oldest go that is not being told", async () => {
    let open = (_: string) => {};
    const { offer, clock, told, removed, handler } = startHandler(
      () =>
        new Promise((resolve) => {
          open = resolve;
        }),
      { most: 3 },
    );
    offer(1);
    await clock.advance(0);
    offer(2, 3, 4, 5);
    expect(told()).toEqual(["2 given-up", "3 given-up"]);
    expect(removed).toEqual([2, 3]);
    for (let count = 0; count < 3; count += 1) {
      open("ok");
      for (let turn = 0; turn < 5; turn += 1) await clock.advance(0);
    }
    expect(told().slice(2)).toEqual(["1 sent", "4 sent", "5 sent"]);
    expect(handler.report).toMatchObject({ givenUp: 2, sent: 3, waiting: 0 });
  });

  it("under way at the stop stays in the queue", async () => {
    const { offer, clock, told, removed, handler } = startHandler(
      (_seq, signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Error("aborted")))),
    );
    offer(1, 2);
    await clock.advance(0);
    await handler.stop();
    await handler.stop();
    expect(told()).toEqual([]);
    expect(removed).toEqual([]);
    expect(handler.report).toMatchObject({ state: "stopped", waiting: 2 });
  });
});
