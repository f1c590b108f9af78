import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { abortListeners } from "../../test/support/abort-listeners.ts";
import { testContext } from "../../test/support/context.ts";
import { fakeClock } from "../../test/support/fake-clock.ts";
import type { Batch } from "../metric/metric.ts";
import { type Collector, defineCollector, type Earlier, type Reading } from "./collector.ts";
import { CollectorRun } from "./collector-run.ts";
import { createHostFiles } from "./host-files.ts";
import { metricsOfReading } from "./reading-metrics.ts";

interface Script {
  readonly read: () => Promise<number | { notEligible: string }>;
  readonly measure?: (sample: number, earlier: Earlier<number> | undefined) => Reading | undefined;
}

const scripted = ({ read, measure = (value) => ({ value }) }: Script): Collector =>
  defineCollector({
    name: "scripted",
    summary: "Says what the test says.",
    config: z.strictObject({}),
    leaves: {},
    read,
    measure,
    spellings: (reading) => ({ ...reading, older: true }),
  });

function runOf(script: Script) {
  const clock = fakeClock();
  const stopping = new AbortController();
  const batches: Batch[] = [];
  const states: string[] = [];
  const context = testContext();
  const run = new CollectorRun(
    {
      collector: scripted(script),
      enabled: true,
      group: undefined,
      fault: undefined,
      parameters: {},
      everyMs: 10_000,
      deadlineMs: 5000,
      firstMs: 3000,
    },
    {
      ...context,
      clock,
      signal: stopping.signal,
      host: createHostFiles(),
      emit: (batch) => void batches.push(batch),
      onReading: () => {},
      isInGroup: () => true,
      onState: ({ from, to }) => void states.push(`${from} ${to}`),
    },
  );
  return { run, clock, batches, states, stopping, lines: context.lines };
}

const never = (): Promise<number> => new Promise(() => {});

describe("one collector", () => {
  it("hands on what it measures, on its beat and after its splay", async () => {
    let value = 0;
    const { run, clock, batches, states } = runOf({ read: async () => (value += 1) });
    expect(run.report).toMatchObject({ state: "PENDING", active: false, results: undefined });
    const schedule = run.start();
    await clock.advance(2999);
    expect(batches).toEqual([]);
    await clock.advance(1);
    await clock.advance(20_000);
    expect(batches.map(({ metrics }) => metrics[0])).toMatchObject([
      { value: 1 },
      { value: 2 },
      { value: 3 },
    ]);
    expect(batches[0]).toMatchObject({
      origin: "collectors",
      host: "",
      metrics: [{ name: "scripted.value" }],
    });
    expect(run.report).toMatchObject({
      state: "OK",
      active: true,
      results: { value: 3, older: true },
      metrics: 1,
    });
    expect(states).toEqual(["PENDING OK"]);
    await schedule.stop();
  });

  it("takes a second sample a second later where one says nothing", async () => {
    let value = 10;
    const rate = (now: number, earlier: Earlier<number> | undefined) =>
      earlier === undefined ? undefined : { rate: ((now - earlier.sample) * 1000) / earlier.elapsedMs };
    const { run, clock, batches } = runOf({ read: async (): Promise<number> => (value += 5), measure: rate });
    const first = run.once();
    await clock.advance(1000);
    await first;
    await clock.advance(4000);
    await run.once();
    expect(batches.map(({ metrics }) => metrics[0]?.value)).toEqual([5, 1.25]);
  });

  it("leaves nobody listening for the stop of the agent, whatever became of its round", async () => {
    const reads = [async () => 1, async () => 2, () => Promise.reject(new Error("broken")), never];
    const { run, clock, stopping } = runOf({
      read: () => (reads.shift() ?? never)(),
      measure: (value, earlier) => (earlier === undefined ? undefined : { value }),
    });
    for (const [state, takesMs] of [
      ["OK", 1000],
      ["ERROR", 0],
      ["ERROR", 5000],
    ] as const) {
      const round = run.once();
      await clock.advance(takesMs);
      await round;
      expect(run.report.state).toBe(state);
      expect(abortListeners(stopping.signal)).toBe(0);
    }
    expect(reads).toEqual([]);
  });

  it("is over at its deadline, and does not begin again while the reading hangs", async () => {
    let reads = 0;
    const { run, clock, states, lines } = runOf({
      read(): Promise<number> {
        reads += 1;
        return never();
      },
    });
    const schedule = run.start();
    await clock.advance(3000 + 5000);
    expect(run.report).toMatchObject({ state: "ERROR", log: "no reading within 5000 ms", active: false });
    await clock.advance(60_000);
    expect(reads).toBe(1);
    expect(states).toEqual(["PENDING ERROR"]);
    expect(lines.filter((line) => line.includes("a collector fails"))).toHaveLength(1);
    await schedule.stop();
  });

  it("tells of an error once, and of its end", async () => {
    let broken = false;
    const { run, states, lines, batches } = runOf({
      read: async () => {
        if (broken) throw new Error("no such file");
        return 1;
      },
    });
    await run.once();
    broken = true;
    for (let round = 0; round < 3; round += 1) await run.once();
    expect(run.samples).toBeUndefined();
    broken = false;
    await run.once();
    expect(run.samples).toMatchObject({ sample: 1 });
    expect(states).toEqual(["PENDING OK", "OK ERROR", "ERROR OK"]);
    expect(lines.map((line) => /: (a collector [a-z ]+)/.exec(line)?.[1]?.trim())).toEqual([
      "a collector fails collector",
      "a collector works again collector",
    ]);
    expect(batches).toHaveLength(2);
  });

  it("says why the host has no such thing", async () => {
    const { run, lines } = runOf({ read: async () => ({ notEligible: "there is no disk" }) });
    await run.once();
    expect(run.report).toMatchObject({ state: "NOT-ELIGIBLE", log: "there is no disk", metrics: 0 });
    expect(lines).toEqual([]);
  });

  it.each<[string, Script]>([
    ["a reading that hangs", { read: never }],
    ["the wait for a second sample", { read: async () => 1, measure: () => undefined }],
  ])("stops at once in %s", async (_what, script) => {
    const { run, clock, stopping, lines } = runOf(script);
    const schedule = run.start();
    await clock.advance(3000);
    await turn();
    stopping.abort();
    await schedule.stop();
    expect(lines).toEqual([]);
  });
});

describe("a reading's metrics", () => {
  const reading = {
    plain: 1,
    text: "x",
    list: [1, 2],
    nothing: null,
    broken: Number.NaN,
    eth0: { in: 2, deep: { er: 3 } },
  };

  it.each([
    [undefined, ["net.plain", "net.eth0.in", "net.eth0.deep.er"]],
    [["interface"], ["net.plain", "net.in;eth0", "net.deep.er;eth0"]],
    [
      ["", "part"],
      ["net.plain", "net.eth0.in", "net.eth0.er;deep"],
    ],
  ])("with the tags %j", (instances, expected) => {
    const collector = { name: "net", ...(instances === undefined ? {} : { instances }) };
    const metrics = metricsOfReading(collector, reading, 5000);
    expect(metrics.map(({ name, tags }) => [name, ...Object.values(tags)].join(";"))).toEqual(expected);
    expect(metrics.every(({ timestampMs }) => timestampMs === 5000)).toBe(true);
  });
});
