// How events reach a disk: in groups, synced every second, and what becomes of them while the disk does not answer.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { type ForgetfulDisk, forgetfulDisk } from "../../test/support/forgetful-disk.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import type { Happening } from "../event/index.ts";
import { EventLog } from "./event-log.ts";

const group = (name: string): Happening => ({ type: "group", change: "add", group: name });

async function openLog() {
  const root = directoryOfTest();
  const directory = join(root, "events");
  const disk = forgetfulDisk(root);
  const clock = fakeClock();
  const context = { ...testContext(), clock, disk };
  const log = await EventLog.open(directory, { maxBytes: 64 << 10, memory: 20_000 }, context);
  onTestFinished(() => log.stop());
  const shown: number[] = [];
  log.on(({ seq }) => shown.push(seq));
  const show = async (name: string) => {
    const { seq } = log.publish(group(name));
    await log.after(seq, {}, 1);
  };
  return { ...{ log, directory, disk, clock, shown, show, lines: context.lines } };
}

/** From the next write on, until the function that is given is called. */
function stall(disk: ForgetfulDisk): () => void {
  let goOn = () => {};
  const stalled = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  disk.before = ({ what }) => (what === "write" ? stalled : undefined);
  return () => {
    disk.before = () => undefined;
    goOn();
  };
}

const failing = () => {
  throw Object.assign(new Error("input/output error"), { code: "EIO" });
};
const filesIn = (directory: string) => readdirSync(directory).filter((name) => name.endsWith(".jsonl"));
const notKept = (lines: readonly string[]) => lines.filter((line) => line.includes("events are not kept"));

describe("a disk that is slow", () => {
  it("has whoever asks wait for a second, and nobody see an event that it may not have", async () => {
    const { log, disk, clock, shown, show } = await openLog();
    await show("a");
    const goOn = stall(disk);
    log.publish(group("b"));
    let found: number | undefined;
    const asked = log.after(0, {}, 10).then(({ entries }) => {
      found = entries.length;
    });
    await clock.advance(999);
    expect([found, shown, log.sequence]).toEqual([undefined, [1], 1]);
    await clock.advance(1);
    await asked;
    expect([found, shown]).toEqual([1, [1]]);
    goOn();
    await expect.poll(() => shown).toEqual([1, 2]);
    expect((await log.after(0, {}, 10)).entries).toHaveLength(2);
  });

  it("is waited for at a stop, and has it all then", async () => {
    const { log, disk, directory } = await openLog();
    const goOn = stall(disk);
    for (const name of ["a", "b", "c"]) log.publish(group(name));
    const stopped = log.stop();
    goOn();
    await stopped;
    expect(readFileSync(join(directory, filesIn(directory)[0] ?? ""), "utf8")).toContain('"c"');
    expect(readFileSync(join(directory, "clean"), "utf8")).toBe("3");
  });

  it("is waited for no longer when ten thousand wait, and each is shown once, in its order", async () => {
    const { log, disk, shown, lines } = await openLog();
    const goOn = stall(disk);
    const most = 10_001;
    for (let count = 0; count < most; count += 1) log.publish(group("x"));
    expect([shown, notKept(lines)]).toEqual([[], []]);
    log.publish(group("one more"));
    expect(shown).toHaveLength(most + 1);
    expect(notKept(lines).join("")).toContain("the disk does not answer");
    goOn();
    await log.after(log.sequence, {}, 1);
    log.publish(group("after"));
    await expect.poll(() => shown.length).toBe(most + 2);
    expect(shown).toEqual(Array.from({ length: most + 2 }, (_, place) => place + 1));
  });
});

describe("a group of events", () => {
  it("is put into files of one size, however large it is", async () => {
    const { log, directory } = await openLog();
    for (let count = 0; count < 100; count += 1) log.publish(group("x".repeat(1000)));
    await log.after(100, {}, 1);
    const sizes = filesIn(directory).map((name) => statSync(join(directory, name)).size);
    // Eight of them make up what may be kept: each ends with the line that fills it.
    for (const size of sizes.slice(0, -1)) {
      expect(size).toBeGreaterThanOrEqual(8 << 10);
      expect(size).toBeLessThan(10 << 10);
    }
    expect(sizes.length).toBeGreaterThan(4);
    expect(sizes.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(64 << 10);
  });

  it("is synced when a second has gone by since the last", async () => {
    const { disk, clock, show } = await openLog();
    let syncs = 0;
    disk.before = ({ what, path }) => {
      if (what === "sync" && path.endsWith("jsonl")) syncs += 1;
    };
    const after: number[] = [];
    for (const waitMs of [0, 0, 999, 1, 999, 0, 1]) {
      await clock.advance(waitMs);
      await show("a");
      after.push(syncs);
    }
    expect(after).toEqual([1, 1, 1, 2, 2, 2, 3]);
  });

  it("is synced once for all who ask, and not again for what is synced", async () => {
    const { log, disk, show } = await openLog();
    for (const name of ["a", "b", "c"]) await show(name);
    let syncs = 0;
    disk.before = ({ what }) => {
      if (what === "sync") syncs += 1;
    };
    await log.synced(1);
    expect(syncs).toBe(0);
    await log.synced(2);
    await log.synced(3);
    await log.synced(2);
    expect(syncs).toBe(1);
  });
});

describe("a disk that fails", () => {
  it("is said once, and again when it fails after it worked; then a stop leaves a mark", async () => {
    const { log, disk, directory, shown, show, lines } = await openLog();
    for (const times of [1, 2]) {
      disk.before = failing;
      await show("lost");
      await show("lost");
      expect(notKept(lines)).toHaveLength(times);
      expect(notKept(lines).join("")).toContain("input/output error");
      disk.before = () => undefined;
      await show("kept");
    }
    expect(shown).toEqual([1, 2, 3, 4, 5, 6]);
    await log.stop();
    expect(readdirSync(directory)).toContain("clean");
  });

  it("leaves no mark at the stop, while events are missing at the end", async () => {
    const { log, disk, directory, show } = await openLog();
    await show("kept");
    disk.before = failing;
    await show("lost");
    disk.before = () => undefined;
    await log.stop();
    expect(readdirSync(directory)).not.toContain("clean");
  });

  it("has events shown that come after a stop", async () => {
    const { log, shown } = await openLog();
    await log.stop();
    log.publish(group("late"));
    expect(shown).toEqual([1]);
  });
});
