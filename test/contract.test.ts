// Every module through one life: default configuration, start, stop, stop again, nothing left open.
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { modules } from "../src/agent-config.ts";
import { accessConfig } from "../src/api/index.ts";
import { loadPacks } from "../src/config/index.ts";
import type { Context, Module, Running } from "../src/kernel/module.ts";
import { sharedCertificate } from "./support/agent.ts";
import { testContext } from "./support/context.ts";
import { directoryOfTest } from "./support/temporary.ts";

/** What the composition root would give, as literals. */
function needsIn(home: string): Context & Record<string, unknown> {
  const ran = { command: "x", timedOut: false, status: 0, stdout: "", stderr: "", cut: false };
  return {
    ...testContext(),
    version: "0.0.0-test",
    stateDirectory: home,
    socketPath: join(home, "agent.sock"),
    shippedPrograms: resolve(import.meta.dirname, "../plugins"),
    createCertificate: () => sharedCertificate(),
    access: accessConfig.parse({}),
    programs: { engine: "none", running: 0, waiting: 0, leaked: 0 },
    checks: { run: async () => ({ outcome: "finished", status: 0, message: "" }) },
    inventory: { allows: () => true, run: async () => ran },
    commands: { shell: false, listChecks: () => [], listInventory: () => [] },
    machineStates: { keys: async () => [], read: async () => undefined },
    storeFigures: async () => ({}),
    runCheck: async () => ran,
    runSystem: async () => ran,
    keepMachineState: async () => {},
    onReload: () => {},
    runMetricProgram: async () => ran,
    emit: () => {},
    hostname: "host1",
    packs: loadPacks({ core: join(home, "none"), levels: home, objects: [] }),
    readings: { of: () => undefined, isSettled: () => true },
    ...{ fixedGroups: [], globals: {}, tell: () => {}, emitMetrics: () => {} },
    ...{ runOwn: async () => ran, runLine: async () => ran },
    host: { ...testContext(), root: "/", isHostingActive: () => false },
    node: () => ({ uuid: "0".repeat(40), name: "host1" }),
    isInGroup: () => false,
    ...{ onReading: () => {}, onCollector: () => {} },
    expressions: { compile: () => ({}), evaluate: () => null, isEarly: () => false },
    hasProgram: () => false,
    ...{ definitions: [], templatePath: () => undefined, settingsOf: () => undefined },
    ...{ environment: {}, runCommand: async () => ran, onAction: () => {} },
    collectors: { reports: () => [], changes: () => [] },
    metricPrograms: { enabled: true, replacePlan: async () => {} },
    metricProgramsEnabled: true,
    metricLog: { drain: async () => [], follow: async () => ({ batches: [], next: "" }) },
    metricBuffer: async () => ({ oldest: 0, newest: 0, length: 0 }),
    keepMetrics: async () => {},
    history: { query: async () => ({ resolutionMs: 1, stepMs: 1, points: [] }), series: async () => [] },
    seriesKeyOf: (text: string) => text,
    latest: { collected: () => [], foreign: () => [] },
    isActive: () => true,
    outputNames: [],
    openOutlet: () => ({ read: async () => ({ batches: [], firstMetrics: [], to: { batch: 0 } }) }),
    onSent: () => {},
    nameOf: (key: string) => key,
    keep: async () => {},
    pressure: () => undefined,
    onCheck: () => {},
    onEvent: () => {},
    push: { influx: async () => ({ kept: 0, fault: undefined }), loda: async () => ({ kept: 0 }) },
    listenerReports: async () => [],
    outputReports: () => [],
    seriesReports: () => [],
    taps: { points: [], open: () => undefined },
    reported: { checks: [], events: [] },
    judging: { judge: () => ({ kind: "unknown" }), judgeByName: () => ({ kind: "unknown" }) },
    isOwnName: () => true,
    events: { sequence: 0, on: () => () => {}, since: async function* () {}, at: async () => undefined },
    query: {},
    leavesOf: () => undefined,
  };
}

interface Shape {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Shape>>;
}

/** Paths of the leaves that have no description. */
function silentKeys({ properties, description }: Shape, path: string): string[] {
  if (properties === undefined) return description === undefined ? [path] : [];
  return Object.entries(properties).flatMap(([key, shape]) => silentKeys(shape, `${path}.${key}`));
}

const openFiles = () =>
  execFileSync("ls", [`/proc/${process.pid}/fd`])
    .toString()
    .trim()
    .split("\n").length;

describe.each(
  modules.map((module) => [module.name, module as unknown as Module<unknown, unknown, Running>] as const),
)("%s", (name, module) => {
  const extra = name === "api" ? { listen: "127.0.0.1:0" } : {};

  it("starts with its defaults, stops, and stops again", async () => {
    const running = await module.start(module.config.parse(extra), needsIn(directoryOfTest()));
    await running.stop();
    await running.stop();
  });

  it("leaves no descriptor open, however often it lives", async () => {
    const rounds = 10;
    const live = async () =>
      (await module.start(module.config.parse(extra), needsIn(directoryOfTest()))).stop();
    await live();
    const before = openFiles();
    for (let round = 0; round < rounds; round += 1) await live();
    expect(openFiles() - before).toBeLessThan(rounds);
  });

  it("refuses a key that it does not know", () => {
    expect(module.config.safeParse({ ...extra, no_such_key: 1 }).success).toBe(false);
  });

  it("says what each of its keys means", () => {
    const silent = silentKeys(z.toJSONSchema(module.config, { io: "input" }) as Shape, name);
    expect(silent, "give each a .describe()").toEqual([]);
  });
});
