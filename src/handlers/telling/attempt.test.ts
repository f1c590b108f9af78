// One try: its ends, and what it leaves behind.
import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { type Clock, systemClock as clock } from "../../kernel/clock.ts";
import { type Notice, type Sender, TryLater } from "../handler.ts";
import { attempt, type Outcome } from "./attempt.ts";

const notice: Notice = { id: "1", event: { seq: 1, atMs: 1, type: "lost", count: 1 } as never };
const needs = (signal: AbortSignal, deadlineMs = 10_000) => ({ clock, deadlineMs, secrets: [], signal });

/** Ends as it is told, when its signal aborts otherwise. */
function senderOf(send: Sender["send"]) {
  const signals: AbortSignal[] = [];
  const sender: Sender = {
    send(given, signal) {
      signals.push(signal);
      return send(given, signal);
    },
  };
  return { sender: () => sender, signals };
}

const untilAborted: Sender["send"] = (_, signal) =>
  new Promise((_resolve, reject) =>
    signal.addEventListener("abort", () => reject(new Error(String(signal.reason))), { once: true }),
  );

describe("an attempt", () => {
  it.each<[string, Sender["send"]]>([
    ["was sent", async () => "ok"],
    ["comes later", () => Promise.reject(new TryLater("busy"))],
  ])("that %s leaves nothing at the signal of the stop", async (_name, send) => {
    const stopping = new AbortController();
    const { sender, signals } = senderOf(send);
    await attempt(sender, notice, needs(stopping.signal));
    expect(getEventListeners(stopping.signal, "abort")).toEqual([]);
    stopping.abort(new Error("the agent stops"));
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });

  it("is given up at its deadline, and says so", async () => {
    const stopping = new AbortController();
    const outcome = await attempt(senderOf(untilAborted).sender, notice, needs(stopping.signal, 20));
    expect(outcome).toMatchObject({ kind: "later", text: "no answer within 20 ms" });
    expect(getEventListeners(stopping.signal, "abort")).toEqual([]);
  });

  it("is told of the stop, also of one that was before", async () => {
    const stopping = new AbortController();
    const running = attempt(senderOf(untilAborted).sender, notice, needs(stopping.signal));
    stopping.abort("the end");
    expect(await running).toMatchObject({ kind: "later", text: "the end" });
    const { sender, signals } = senderOf(async () => "ok");
    await attempt(sender, notice, needs(stopping.signal));
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  it("that does not hear is left alone a second after the stop, also after one that was before", async () => {
    const clock = fakeClock();
    let outcome: Outcome | undefined;
    const { sender } = senderOf(() => new Promise(() => {}));
    void attempt(sender, notice, { ...needs(AbortSignal.abort("the end")), clock }).then((ended) => {
      outcome = ended;
    });
    await clock.advance(999);
    expect(outcome).toBeUndefined();
    await clock.advance(1);
    expect(outcome).toMatchObject({ kind: "later" });
  });

  it("leaves no timer behind", async () => {
    const waiting = new Set<object>();
    const counting: Clock = {
      ...clock,
      after(delayMs, run) {
        const timer = clock.after(delayMs, run);
        waiting.add(timer);
        const cancel = () => {
          waiting.delete(timer);
          timer.cancel();
        };
        return { cancel };
      },
    };
    const given = { ...needs(AbortSignal.abort("the end")), clock: counting };
    await attempt(senderOf(() => Promise.reject(new Error("down"))).sender, notice, given);
    expect(waiting.size).toBe(0);
  });
});
