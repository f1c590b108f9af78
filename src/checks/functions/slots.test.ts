// Calls that do not come back: how long they are waited for, and what they leave to others.
import { describe, expect, it } from "vitest";
import { abortListeners } from "../../../test/support/abort-listeners.ts";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { createSlots } from "./slots.ts";

/** A call that comes back when the test says so. */
function held(key: string) {
  let finish: (answer: string) => void = () => undefined;
  const answer = new Promise<string>((resolve) => {
    finish = resolve;
  });
  const seen: AbortSignal[] = [];
  const run = (signal: AbortSignal) => {
    seen.push(signal);
    return answer;
  };
  return { call: { key, run }, seen, finish: (text: string) => finish(text) };
}

const quick = { key: "quick", run: () => Promise.resolve("done") };
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("calls that may hang", () => {
  it("are given up, not asked again while they hang, and asked again when they came back", async () => {
    const clock = fakeClock();
    const patience = { clock, deadlineMs: 5000 };
    const slots = createSlots(2);
    const { call, seen, finish } = held("/mnt/gone");
    const first = expect(slots.ask(call, patience)).rejects.toThrow(
      "/mnt/gone does not answer within 5000 ms",
    );
    await clock.advance(5000);
    await first;
    expect(seen.map(({ aborted }) => aborted)).toEqual([true]);
    await expect(slots.ask(call, patience)).rejects.toThrow("has not answered yet");
    expect(seen).toHaveLength(1);
    expect(await slots.ask(quick, patience)).toBe("done");
    finish("back");
    await settle();
    expect(await slots.ask(call, patience)).toBe("back");
  });

  it("stop all others only when every slot hangs", async () => {
    const clock = fakeClock();
    const patience = { clock, deadlineMs: 5000 };
    const slots = createSlots(2);
    const calls = [held("/one"), held("/two")];
    const given = calls.map(({ call }) => slots.ask(call, patience).catch(() => "given up"));
    const third = slots.ask(quick, patience).catch((thrown: unknown) => String(thrown));
    await clock.advance(5000);
    expect(await Promise.all(given)).toEqual(["given up", "given up"]);
    expect(await third).toContain("quick does not answer");
    await expect(slots.ask(quick, patience)).rejects.toThrow(
      "nothing is asked while /one and /two do not answer",
    );
    calls[0]?.finish("");
    await settle();
    expect(await slots.ask(quick, patience)).toBe("done");
  });

  it("run no more at once than there are slots, and none that nobody waits for", async () => {
    const clock = fakeClock();
    const slots = createSlots(1);
    const [first, second] = [held("a"), held("b")];
    const giveUp = new AbortController();
    const one = slots.ask(first.call, { clock, deadlineMs: 5000 });
    const two = slots.ask(second.call, { clock, deadlineMs: 5000, signal: giveUp.signal }).catch(String);
    await settle();
    expect([first.seen.length, second.seen.length]).toEqual([1, 0]);
    giveUp.abort();
    expect(await two).toContain("b: given up");
    first.finish("one");
    expect(await one).toBe("one");
    await settle();
    expect(second.seen).toEqual([]);
    expect(await slots.ask(quick, { clock, deadlineMs: 5000 })).toBe("done");
  });

  it("leave nobody listening for the end of the evaluation", async () => {
    const clock = fakeClock();
    const slots = createSlots(2);
    const { signal } = new AbortController();
    const patience = { clock, deadlineMs: 5000, signal };
    expect(await slots.ask(quick, patience)).toBe("done");
    const late = expect(slots.ask(held("late").call, patience)).rejects.toThrow("does not answer");
    await clock.advance(5000);
    await late;
    await settle();
    expect(abortListeners(signal)).toBe(0);
  });

  it("end at once when the evaluation ended before, and pass on what they throw", async () => {
    const slots = createSlots(1);
    const clock = fakeClock();
    const patience = { clock, deadlineMs: 5000, signal: AbortSignal.abort() };
    await expect(slots.ask(quick, patience)).rejects.toThrow("given up");
    const broken = { key: "x", run: () => Promise.reject(new Error("broken")) };
    await expect(slots.ask(broken, { clock, deadlineMs: 5000 })).rejects.toThrow("broken");
    expect(await slots.ask(quick, { clock, deadlineMs: 5000 })).toBe("done");
  });
});
