// What is told of an output: to the operator in figures and lines, and to whoever watches what it sends.
import { describe, expect, it } from "vitest";
import type { testContext } from "../../test/support/context.ts";
import { Refused } from "./output.ts";
import { namesOf, run } from "./running-output.fixture.ts";

describe("what is told of an output", () => {
  const figuresOf = (context: ReturnType<typeof testContext>) =>
    Object.fromEntries(
      context.telemetry.samples().map(({ name, labels, value }) => [`${name} ${labels["output"]}`, value]),
    );

  it("counts what was sent, refused, tried again and waits, and says whether it fails", async () => {
    let manner: "fails" | "takes" | "refuses" = "fails";
    const { clock, outlet, running, context } = run({
      count: 3,
      batch: 3,
      write: async () => {
        if (manner === "fails") throw new Error("down");
        if (manner === "refuses") throw new Refused("too old");
      },
    });
    await clock.advance(40);
    expect(figuresOf(context)).toMatchObject({
      ...{ "output_sent_total trial": 0, "output_refused_total trial": 0, "output_retries_total trial": 1 },
      ...{ "output_waiting trial": 3, "output_failing trial": 1 },
    });
    expect(running.report).toMatchObject({ state: "retrying", lastSent: undefined, waiting: 3 });
    expect(running.report.lastFault).toEqual({ at: Math.floor(clock.now() / 1000), reason: "down" });
    manner = "takes";
    await clock.advance(1000);
    manner = "refuses";
    outlet.add(2);
    await clock.advance(60_000);
    expect(figuresOf(context)).toMatchObject({
      ...{ "output_sent_total trial": 3, "output_refused_total trial": 2 },
      ...{ "output_waiting trial": 0, "output_failing trial": 0 },
    });
    expect(running.report).toMatchObject({
      name: "trial",
      type: "trial",
      state: "idle",
      sent: 3,
      refused: 2,
    });
    const sentSeconds = running.report.lastSent ?? 0;
    expect(sentSeconds).toBeGreaterThanOrEqual(1_700_000_000);
    expect(sentSeconds).toBeLessThan(1_700_000_002);
  });

  it("names for how long nothing arrived, once for each time that it failed, and each reason after a while", async () => {
    let isDown = true;
    const { clock, outlet, context } = run({
      count: 1,
      write: async () => {
        if (isDown) throw new Error("down");
      },
    });
    const said = (what: string) => context.lines.filter((line) => line.includes(what));
    await clock.advance(299_000);
    expect(said("cannot be sent")).toHaveLength(1);
    await clock.advance(3000);
    expect(said("cannot be sent")).toHaveLength(2);
    isDown = false;
    await clock.advance(1000);
    expect(said("arrive again")).toEqual([expect.stringMatching(/failedForSeconds=30[23]\b/)]);
    isDown = true;
    outlet.add(1);
    await clock.advance(2000);
    // The same reason, but it was mended meanwhile.
    expect(said("cannot be sent")).toHaveLength(3);
  });
});

it("what was sent is shown to whoever watches, and what failed is not", async () => {
  const seen: string[][] = [];
  let isDown = true;
  const { clock } = run({
    count: 2,
    write: async () => {
      if (isDown) throw new Error("down");
    },
    onSent: (delivery) => void seen.push(namesOf(delivery)),
  });
  await clock.advance(50);
  expect(seen).toEqual([]);
  isDown = false;
  await clock.advance(1000);
  expect(seen).toEqual([["m0", "m1"]]);
});

it("a stop waits for the write that it ends, and closes its writer, once", async () => {
  const order: string[] = [];
  const { clock, running } = run({
    write: (_, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () =>
          setImmediate(() => {
            order.push("ended");
            reject(new Error("given up"));
          }),
        );
      }),
    close: () => void order.push("closed"),
  });
  await clock.advance(10);
  await running.stop();
  await running.stop();
  expect(order).toEqual(["ended", "closed"]);
});

it("goes on where its place could not be read or moved for a while", async () => {
  let isBroken = true;
  const seen: string[][] = [];
  const { clock, outlet, running } = run({
    count: 1,
    write: async (delivery) => void seen.push(namesOf(delivery)),
    advancing: async () => {
      if (isBroken) throw new Error("no space");
    },
  });
  await clock.advance(10);
  expect(running.report).toMatchObject({ state: "retrying", lastFault: { reason: "no space" } });
  isBroken = false;
  await clock.advance(2000);
  expect(outlet.advanced).toEqual([1]);
  expect(new Set(seen.map(String))).toEqual(new Set(["m0"]));
});
