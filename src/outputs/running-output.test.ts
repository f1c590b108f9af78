// What an output does with the metrics at its place in the journal, whatever the other side does.
import { describe, expect, it } from "vitest";
import { watchAbortListeners } from "../../test/support/abort-listeners.ts";
import { type Delivery, Refused, TryLater } from "./output.ts";
import { namesOf, run } from "./running-output.fixture.ts";

describe("an output", () => {
  it("delivers in order, then moves its place, then waits for more", async () => {
    const seen: string[][] = [];
    const { clock, outlet, running } = run({
      batch: 3,
      write: async (delivery) => void seen.push(namesOf(delivery)),
    });
    await clock.advance(0);
    expect(seen).toEqual([["m0", "m1", "m2"], ["m3"]]);
    expect(outlet.advanced).toEqual([3, 4]);
    outlet.add(1);
    await clock.advance(1000);
    expect(seen.at(-1)).toEqual(["m4"]);
    await clock.advance(1000);
    expect(running.report).toMatchObject({ state: "idle", sent: 5, refused: 0, waiting: 0 });
  });

  it("reads on only when its place is on disk", async () => {
    let written = () => {};
    const seen: string[][] = [];
    const { clock, outlet } = run({
      count: 2,
      batch: 1,
      write: async (delivery) => void seen.push(namesOf(delivery)),
      advancing: () => new Promise<void>((resolve) => (written = resolve)),
    });
    await clock.advance(10_000);
    expect([seen, outlet.advanced]).toEqual([[["m0"]], []]);
    written();
    await clock.advance(0);
    expect([seen, outlet.advanced]).toEqual([[["m0"], ["m1"]], [1]]);
    written();
    await clock.advance(0);
    expect(outlet.advanced).toEqual([1, 2]);
  });

  it("names this host where a batch names none, and numbers deliveries by their place", async () => {
    const seen: Delivery[] = [];
    const { clock } = run({ count: 2, write: async (delivery) => void seen.push(delivery) });
    await clock.advance(0);
    expect(seen).toMatchObject([
      {
        id: "mark-0-2",
        sequence: 0,
        count: 2,
        parcels: [{ id: "mark-0-1", host: "own" }, { host: "other" }],
      },
    ]);
  });

  it("tries again with growing pauses, keeps the place, and says so once", async () => {
    let down = true;
    const tries: number[] = [];
    const { clock, outlet, running, context } = run({
      write: async () => {
        tries.push(clock.monotonicMs());
        if (down) throw new Error("connection refused");
      },
    });
    await clock.advance(10_000);
    expect(tries.length).toBeGreaterThan(9);
    const gaps = tries.slice(1).map((at, number) => at - (tries[number] ?? 0));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(1000);
    expect(gaps.slice(-3).every((gap) => gap >= 500)).toBe(true);
    expect(outlet.advanced).toEqual([]);
    expect(running.report).toMatchObject({ state: "retrying", lastFault: { reason: "connection refused" } });
    down = false;
    await clock.advance(1000);
    expect(outlet.advanced).toEqual([4]);
    expect(running.report).toMatchObject({ sent: 4, retries: tries.length - 1 });
    expect(context.lines.filter((line) => line.includes("cannot be sent"))).toHaveLength(1);
    expect(context.lines.filter((line) => line.includes("arrive again"))).toHaveLength(1);
  });

  it("is sending while a write goes on, and idle when there is nothing more", async () => {
    let finish = () => {};
    const { clock, running } = run({
      write: () => new Promise<undefined>((resolve) => (finish = () => resolve(undefined))),
    });
    expect(running.report.state).toBe("idle");
    await clock.advance(10);
    expect(running.report.state).toBe("sending");
    finish();
    await clock.advance(1000);
    expect(running.report.state).toBe("idle");
  });

  it("waits as long as the other side asks for", async () => {
    const tries: number[] = [];
    const { clock } = run({
      write: async () => {
        tries.push(clock.monotonicMs());
        if (tries.length === 1) throw new TryLater("too many requests", 7000);
      },
    });
    await clock.advance(6999);
    expect(tries).toEqual([0]);
    await clock.advance(1);
    expect(tries).toEqual([0, 7000]);
  });

  it("drops the one metric that is refused, and nothing beside it", async () => {
    const seen: string[] = [];
    const { clock, outlet, running } = run({
      count: 9,
      write: async (delivery) => {
        if (namesOf(delivery).includes("m5")) throw new Refused("m5 is bad");
        seen.push(...namesOf(delivery));
      },
    });
    await clock.advance(0);
    expect(seen).toEqual(["m0", "m1", "m2", "m3", "m4", "m6", "m7", "m8"]);
    expect(running.report).toMatchObject({ sent: 8, refused: 1, lastFault: { reason: "m5 is bad" } });
    expect(outlet.advanced).toEqual([9]);
  });

  it.each<[string, (number: number) => boolean]>([
    ["the first", (number) => number === 0],
    ["the last", (number) => number === 4095],
    ["the first forty", (number) => number < 40],
    ["a little more than the first half", (number) => number <= 2048],
    ["the last three quarters", (number) => number >= 1024],
    ["every other one", (number) => number % 2 === 0],
    ["the other of them", (number) => number % 2 === 1],
    ["three of four", (number) => number % 4 !== 2],
    ["every hundredth", (number) => number % 100 === 7],
    [
      "all of the first half, and every other one of the second",
      (number) => number < 2048 || number % 2 === 0,
    ],
  ])("drops nothing but the guilty when those are %s of 4096", async (_what, isGuilty) => {
    const count = 4096;
    const arrived = new Set<string>();
    const { clock, running } = run({
      count,
      batch: count,
      write: async (delivery) => {
        const names = namesOf(delivery);
        if (names.some((name) => isGuilty(Number(name.slice(1))))) throw new Refused("guilty");
        for (const name of names) arrived.add(name);
      },
    });
    await clock.advance(0);
    const guilty = Array.from({ length: count }, (_, number) => number).filter(isGuilty).length;
    expect(running.report).toMatchObject({ sent: count - guilty, refused: guilty });
    expect(arrived.size).toBe(count - guilty);
  });

  it("keeps the order around single guilty ones, however many of them there are", async () => {
    const arrived: number[] = [];
    const { clock } = run({
      count: 2000,
      batch: 2000,
      write: async (delivery) => {
        const numbers = namesOf(delivery).map((name) => Number(name.slice(1)));
        if (numbers.some((number) => number % 100 === 50)) throw new Refused("guilty");
        arrived.push(...numbers);
      },
    });
    await clock.advance(0);
    expect(arrived).toHaveLength(1980);
    expect(arrived).toEqual(arrived.toSorted((one, other) => one - other));
  });

  it("does not ask for each metric when all are refused", async () => {
    let asked = 0;
    const { clock, outlet, running } = run({
      count: 5000,
      batch: 5000,
      write: async () => {
        asked += 1;
        throw new Refused("none of these");
      },
    });
    await clock.advance(0);
    expect(asked).toBeLessThan(200);
    expect(running.report).toMatchObject({ sent: 0, refused: 5000 });
    expect(outlet.advanced).toEqual([5000]);
  });

  it("counts what a receipt says was refused", async () => {
    const { clock, running } = run({
      write: async () => ({ refused: { metrics: 3, reason: "beyond retention" } }),
    });
    await clock.advance(0);
    expect(running.report).toMatchObject({ sent: 1, refused: 3 });
  });

  it("gives up a write at its deadline and opens anew when the writer does not obey", async () => {
    let closed = 0;
    let hangs = true;
    const { clock, running, opened } = run({
      write: () => (hangs ? new Promise(() => {}) : Promise.resolve(undefined)),
      close: () => {
        closed += 1;
      },
    });
    await clock.advance(5999);
    expect(closed).toBe(0);
    await clock.advance(1);
    expect(closed).toBe(1);
    hangs = false;
    await clock.advance(1000);
    expect(opened()).toBe(2);
    expect(running.report).toMatchObject({ sent: 4, retries: 1 });
  });

  it("keeps nothing of writes that are over: a stop reaches none of their signals", async () => {
    const signals: AbortSignal[] = [];
    const { clock, running } = run({
      count: 2,
      batch: 1,
      write: async (_, signal) => {
        signals.push(signal);
        if (signals.length === 1) throw new Error("connection refused");
      },
    });
    await clock.advance(1000);
    await running.stop();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, false, false]);
  });

  it("leaves nobody listening for its stop, however often it paused", async () => {
    const { most } = watchAbortListeners();
    let tries = 0;
    const { clock } = run({
      count: 1,
      write: async () => {
        tries += 1;
        throw new Error("down");
      },
    });
    await clock.advance(60_000);
    expect(tries).toBeGreaterThan(20);
    expect(most()).toBe(1);
  });

  it("stops at once in the middle of a write and of a pause", async () => {
    const hanging = run({ write: (_, signal) => rejectOn(signal) });
    await hanging.clock.advance(10);
    await hanging.running.stop();
    expect(hanging.outlet.advanced).toEqual([]);
    const failing = run({ write: () => Promise.reject(new Error("down")) });
    await failing.clock.advance(10);
    await failing.running.stop();
    await failing.running.stop();
    expect(failing.running.report.state).toBe("stopped");
  });
});

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}

describe("reaching", () => {
  it("is tried before the first write and after a failure, and no delivery is made for nobody", async () => {
    let isThere = false;
    let writes = 0;
    const { clock, outlet, running } = run({
      reach: async () => {
        if (!isThere) throw new Error("connection refused");
      },
      write: async () => {
        writes += 1;
        return undefined;
      },
    });
    await clock.advance(5000);
    expect(writes).toBe(0);
    // What is read for nobody would only lie in memory.
    expect(outlet.asked).toEqual([]);
    expect(running.report).toMatchObject({ state: "retrying", lastFault: { reason: "connection refused" } });
    isThere = true;
    await clock.advance(1000);
    expect(writes).toBe(1);
    expect(running.report.sent).toBe(4);
  });

  it("is tried before each write of what has failed, until it arrives", async () => {
    const steps: string[] = [];
    const { clock } = run({
      reach: async () => void steps.push("reach"),
      write: async () => {
        steps.push("write");
        if (steps.filter((step) => step === "write").length < 3) throw new Error("broken off");
        return undefined;
      },
    });
    await clock.advance(5000);
    expect(steps.filter((step, place) => step !== steps[place - 1])).toEqual([
      "reach",
      "write",
      "reach",
      "write",
      "reach",
      "write",
    ]);
  });

  it("is left alone where there is nothing to send, and where somebody is known to be there", async () => {
    let reached = 0;
    const { clock, outlet, running } = run({
      count: 0,
      batch: 3,
      reach: async () => {
        reached += 1;
      },
      write: async () => undefined,
    });
    await clock.advance(10_000);
    expect([reached, running.report.state]).toEqual([0, "idle"]);
    outlet.add(1);
    await clock.advance(1000);
    const atFirst = reached;
    expect(atFirst).toBeGreaterThan(0);
    outlet.add(1);
    await clock.advance(1000);
    expect([reached, running.report.sent]).toEqual([atFirst, 2]);
    expect(outlet.asked[0]).toEqual({ records: 3, bytes: 300 });
  });
});
