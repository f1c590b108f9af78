// What is left of the log of events when the power fails: on a disk that forgets what was not synced.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { type ForgetfulDisk, fates, forgetfulDisk } from "../../test/support/forgetful-disk.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import type { AgentEvent, Happening } from "../event/index.ts";
import { EventLog } from "./event-log.ts";

/** A file holds three of these. */
const config = { maxBytes: 64 << 10, memory: 3 };
const long = (name: string): Happening => ({ type: "group", change: "add", group: name.padEnd(3000, ".") });

/** On a clock that stands still, nothing is synced because of its age but the first. */
function needsOn(directory: string, disk?: ForgetfulDisk) {
  const needs = { ...testContext(), clock: fakeClock(), ...(disk && { disk }) };
  return { needs, open: () => EventLog.open(join(directory, "events"), config, needs) };
}

async function openOn(directory: string, disk?: ForgetfulDisk) {
  const { needs, open } = needsOn(directory, disk);
  const log = await open();
  onTestFinished(() => log.stop());
  return { log, lines: needs.lines };
}

async function everything(log: EventLog): Promise<AgentEvent[]> {
  const all: AgentEvent[] = [];
  for await (const event of log.since(0)) all.push(event);
  return all;
}

const numbersIn = async (log: EventLog) => (await everything(log)).map(({ seq }) => seq);
const upTo = (last: number) => Array.from({ length: last }, (_, place) => place + 1);

/** Resolves when it has been shown. */
async function show(log: EventLog, name: string): Promise<number> {
  const { seq } = log.publish(long(name));
  await log.after(seq, {}, 1);
  return seq;
}

interface Cut {
  readonly copy: string;
  /** Number of the newest event that was said to be on disk for good. */
  readonly synced: number;
  readonly shown: number;
}

async function expectLeft({ copy, synced, shown }: Cut): Promise<void> {
  const { log, lines } = await openOn(copy);
  const numbers = await numbersIn(log);
  expect(numbers).toEqual(upTo(numbers.length));
  expect(numbers.length).toBeGreaterThanOrEqual(synced);
  expect(lines.join("")).not.toMatch(/lost|cannot be read|not kept/);
  expect(log.publish(long("next")).seq).toBeGreaterThan(shown);
  await log.stop();
}

describe.each(fates)("with names that were not synced %s", (fate) => {
  it("all that was said to be on disk is there, at whatever step the power fails", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const cuts: Cut[] = [];
    let [synced, shown] = [0, 0];
    const cut = () => void cuts.push({ copy: disk.afterPowerLoss(fate), synced, shown });
    disk.before = cut;
    const { log } = await openOn(directory, disk);
    log.on(({ seq }) => {
      shown = seq;
      cut();
    });
    for (let round = 0; round < 13; round += 1) {
      const seq = await show(log, `g${round}`);
      if (round % 2 === 0) continue;
      await log.synced(seq);
      synced = seq;
      cut();
    }
    await log.stop();
    synced = shown;
    cut();
    disk.before = () => undefined;
    expect(readdirSync(join(directory, "events")).length).toBeGreaterThan(3);
    expect(cuts.length).toBeGreaterThan(40);
    for (const one of cuts) await expectLeft(one);
  });

  it("it is there for each who asks while files change", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const cuts: Cut[] = [];
    const { log } = await openOn(directory, disk);
    const asked: Promise<void>[] = [];
    const ask = async () => {
      const seq = await Promise.resolve(log.sequence);
      await log.synced(seq);
      cuts.push({ copy: disk.afterPowerLoss(fate), synced: seq, shown: log.sequence });
    };
    disk.before = () => void asked.push(ask());
    for (let round = 0; round < 10; round += 1) await show(log, `g${round}`);
    disk.before = () => undefined;
    await Promise.all(asked);
    expect(cuts.length).toBeGreaterThan(20);
    for (const one of cuts) await expectLeft(one);
  });

  it("the end of a process at any step takes nothing of what the next one shows", async () => {
    for (let steps = 1, hasEnded = true; hasEnded; steps += 1) {
      const directory = directoryOfTest();
      const disk = forgetfulDisk(directory);
      const ending = disk.endAfter(steps);
      const first = needsOn(directory, disk)
        .open()
        .then(async (log) => {
          for (let round = 0; round < 5; round += 1) await show(log, `g${round}`);
          return log;
        });
      const outcome = await Promise.race([ending, first]);
      hasEnded = outcome === true;
      disk.before = () => undefined;
      if (outcome !== true) await outcome.stop();
      const { log } = await openOn(directory, disk);
      const found = await numbersIn(log);
      for (const seq of found) await log.synced(seq);
      expect(await numbersIn((await openOn(disk.afterPowerLoss(fate))).log)).toEqual(found);
      const later = await show(log, "later");
      await log.synced(later);
      const left = await openOn(disk.afterPowerLoss(fate));
      expect(await numbersIn(left.log)).toEqual([...found, later]);
      expect(steps).toBeLessThan(40);
    }
  });

  it("no number is given again after an orderly stop, a start and a loss of power", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const first = await openOn(directory, disk);
    await show(first.log, "a");
    await first.log.stop();
    const left = await openOn(disk.afterPowerLoss(fate));
    expect([left.log.before, left.log.sequence, left.lines]).toEqual(["stopped", 1, []]);
    const second = await openOn(directory, disk);
    const shown = await show(second.log, "b");
    const third = await openOn(disk.afterPowerLoss(fate));
    expect(third.log.before).toBe("broken-off");
    expect(third.log.publish(long("c")).seq).toBeGreaterThan(shown);
  });
});

it("the mark of an orderly stop is gone before its going is made to last", async () => {
  const directory = directoryOfTest();
  const events = join(directory, "events");
  await (await openOn(directory)).log.stop();
  const disk = forgetfulDisk(directory);
  const isThere: boolean[] = [];
  disk.before = ({ what, path }) =>
    what === "open" && path === events && isThere.push(existsSync(join(events, "clean")));
  await openOn(directory, disk);
  expect(isThere.at(-1)).toBe(false);
});

describe("a disk that answers late", () => {
  it("gives what was on its way all the same, also where memory has it no more", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const { log } = await openOn(directory, disk);
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    disk.before = ({ what }) => (what === "write" ? answered : undefined);
    // So many that they are shown without being written, but for the first, which is on its way.
    for (let count = 0; count <= 10_001; count += 1)
      log.publish({ type: "group", change: "add", group: "g" });
    expect(log.sequence).toBe(10_002);
    const finding = log.after(0, {}, 1);
    await new Promise((resolve) => setImmediate(resolve));
    answer();
    expect((await finding).entries.map(({ event }) => event.seq)).toEqual([1]);
  });
});

describe("a disk that fails", () => {
  const failing = (what: string, pattern: RegExp) => (step: { what: string; path: string }) => {
    if (step.what === what && pattern.test(step.path))
      throw Object.assign(new Error("input/output error"), { code: "EIO" });
  };

  it("leaves no half line behind, and takes what comes when there is room again", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const { log, lines } = await openOn(directory, disk);
    await show(log, "before");
    disk.roomBytes = 30;
    const size = () => statSync(join(directory, "events", "000000000000001.jsonl")).size;
    const before = size();
    await show(log, "lost");
    expect(size()).toBe(before);
    disk.roomBytes = Number.POSITIVE_INFINITY;
    await show(log, "after");
    await log.synced(3);
    const left = await openOn(disk.afterPowerLoss("kept"));
    expect(await numbersIn(left.log)).toEqual([1, 3]);
    expect(left.lines).toEqual([]);
    expect(lines.filter((line) => line.includes("events are not kept"))).toHaveLength(1);
  });

  it.each([
    ["open", /jsonl$/],
    ["write", /jsonl$/],
    ["sync", /jsonl$/],
    ["sync", /events$/],
  ])("in the %s of %s, when a file begins, leaves nothing of that file behind", async (what, pattern) => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const { log, lines } = await openOn(directory, disk);
    for (const name of ["a", "b", "c"]) await show(log, name);
    disk.before = failing(what, pattern);
    await show(log, "lost");
    await log.synced(3);
    disk.before = () => undefined;
    expect(lines.filter((line) => line.includes("events are not kept"))).toHaveLength(1);
    const files = () => readdirSync(join(directory, "events"));
    expect(files()).toEqual(["000000000000001.jsonl"]);
    await show(log, "after");
    await log.synced(5);
    expect(files()).toEqual(["000000000000001.jsonl", "000000000000005.jsonl"]);
    const left = await openOn(disk.afterPowerLoss("forgotten"));
    expect(await numbersIn(left.log)).toEqual([1, 2, 3, 5]);
    expect(left.lines).toEqual([]);
  });

  it("keeps nobody from being told, and an event that could not be synced is synced for the next who asks", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const { log, lines } = await openOn(directory, disk);
    for (const name of ["a", "b"]) await show(log, name);
    disk.before = failing("sync", /jsonl$/);
    await log.synced(2);
    expect(lines.join("")).toContain("events are not kept");
    disk.before = () => undefined;
    await log.synced(2);
    expect(await numbersIn((await openOn(disk.afterPowerLoss("forgotten"))).log)).toEqual([1, 2]);
  });
});
