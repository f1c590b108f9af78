import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import type { Batch } from "../metric/metric.ts";
import { type Store, storeModule } from "./index.ts";

async function open(stateDirectory: string, settings: object = {}, context = testContext()): Promise<Store> {
  const store = await storeModule.start(storeModule.config.parse(settings), { ...context, stateDirectory });
  onTestFinished(() => store.stop());
  return store;
}

it("keeps texts by the second, and finds them again after a restart", async () => {
  const home = directoryOfTest();
  const now = Date.now();
  const first = await open(home);
  await first.machineStates.keep(now, "one");
  await first.machineStates.keep(now + 1000, "two");
  await first.stop();
  const { machineStates, figures } = await open(home);
  const keys = [0, 1000].map((ms) => `s-${Math.floor((now + ms) / 1000)}`);
  expect(await machineStates.keys()).toEqual(keys);
  expect(await machineStates.read(keys[1] ?? "")).toBe("two");
  expect(await machineStates.read("s-1")).toBeUndefined();
  expect(await figures()).toHaveProperty("leveldb.stats");
});

it("is not made by reading", async () => {
  const home = directoryOfTest();
  const { machineStates, figures } = await open(home);
  expect([await machineStates.keys(), await machineStates.read("s-1")]).toEqual([[], undefined]);
  expect(await figures()).not.toHaveProperty("leveldb.stats");
  expect(existsSync(join(home, "store", "machine-states"))).toBe(false);
});

it("drops what is too old, and what is too much", async () => {
  const clock = fakeClock();
  const settings = { machine_states: { max_age: "1h", max_count: 3 } };
  const { machineStates } = await open(directoryOfTest(), settings, { ...testContext(), clock });
  const keep = () => machineStates.keep(clock.now(), "x");
  const start = Math.floor(clock.now() / 1000);
  await keep();
  await clock.advance(1800_000);
  await keep();
  await clock.advance(1801_000);
  await keep();
  expect(await machineStates.keys()).toEqual([`s-${start + 1800}`, `s-${start + 3601}`]);
  for (let more = 0; more < 3; more += 1) {
    await clock.advance(1000);
    await keep();
  }
  expect(await machineStates.keys()).toEqual([3602, 3603, 3604].map((after) => `s-${start + after}`));
});

it("says that another process has it", async () => {
  const home = directoryOfTest();
  const first = await open(home);
  await first.machineStates.keep(Date.now(), "mine");
  const second = await open(home);
  await expect(second.machineStates.keep(Date.now(), "yours")).rejects.toMatchObject({
    code: "store.locked",
  });
  await first.stop();
  await second.machineStates.keep(Date.now(), "yours");
});

it("goes on with a damaged store, and says so", async () => {
  const home = directoryOfTest();
  const first = await open(home);
  await first.machineStates.keep(Date.now(), "x".repeat(100_000));
  await first.stop();
  const directory = join(home, "store", "machine-states");
  const manifest = readdirSync(directory).find((name) => name.startsWith("MANIFEST")) ?? "";
  writeFileSync(join(directory, manifest), readFileSync(join(directory, manifest)).fill(7));
  const context = testContext();
  const second = await open(home, {}, context);
  await second.machineStates.keep(Date.now() + 1000, "after");
  expect((await second.machineStates.keys()).length).toBeGreaterThan(0);
  expect(context.lines.join("")).toMatch(/the store is damaged/);
});

const pushed = (name: string): Batch => {
  const timestampMs = Date.now();
  return { origin: "push", host: "", timestampMs, metrics: [{ name, tags: {}, value: 42, timestampMs }] };
};

/** What a copy of the directory gives back, made at this moment: as after a crash. */
async function seriesOnDisk(home: string): Promise<readonly string[]> {
  const copy = directoryOfTest();
  cpSync(home, copy, { recursive: true });
  return await (await open(copy)).history.series();
}

it("has on disk what it has acknowledged, also what no reader of the journal wants", async () => {
  const home = directoryOfTest();
  const store = await open(home);
  await Promise.all(Array.from({ length: 50 }, (_, number) => store.keep([pushed(`together${number}`)])));
  await store.keep([pushed("alone")]);
  expect(await seriesOnDisk(home)).toHaveLength(51);
});

it("says when it cannot keep what no reader of the journal wants", async () => {
  const home = directoryOfTest();
  writeFileSync(join(home, "store"), "in the way");
  const store = await open(home);
  await expect(store.keep([pushed("lost")])).rejects.toMatchObject({ code: "store.failed" });
  rmSync(join(home, "store"));
  await store.keep([pushed("kept")]);
  expect(await seriesOnDisk(home)).toContain("kept");
});
