// What waits for the disk: how long, how much of it, who is asked to wait with it, and what becomes of it at the stop.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { type ForgetfulDisk, forgetfulDisk } from "../../../test/support/forgetful-disk.ts";
import {
  batchOf,
  bulky,
  drain,
  hosts,
  type OpenedJournal,
  openJournalOfTest,
} from "../../../test/support/journals.ts";
import { openFilesBelow } from "../../../test/support/open-files.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { until } from "../../../test/support/until.ts";

async function openOnDisk(settings: object = {}) {
  const directory = directoryOfTest();
  const disk = forgetfulDisk(directory);
  const clock = fakeClock();
  const opened = await openJournalOfTest(join(directory, "journal"), settings, { disk, clock });
  return { ...opened, disk, clock };
}

/** Nothing is written until the returned function is called; resolves when the disk was asked to. */
async function hold(disk: ForgetfulDisk, begin: () => unknown): Promise<() => void> {
  let goOn = () => {};
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  onTestFinished(() => goOn());
  let isAsked = false;
  disk.before = ({ what }) => {
    if (what !== "write") return undefined;
    isAsked = true;
    return held;
  };
  begin();
  await until(() => isAsked);
  return goOn;
}

const waitingIn = ({ context }: OpenedJournal) =>
  context.telemetry.samples().find(({ name }) => name === "journal_waiting")?.value;

describe("what is offered", () => {
  it("waits a second for more, and is written then without more", async () => {
    const opened = await openOnDisk();
    for (const host of ["a", "b"]) opened.journal.offer([batchOf(host)]);
    await opened.clock.advance(999);
    expect([waitingIn(opened), opened.journal.figures.sizeBytes]).toEqual([2, 0]);
    await opened.clock.advance(1);
    await until(() => opened.journal.figures.end.batch === 2);
    expect(hosts(await drain(opened.pull))).toEqual(["a", "b"]);
  });

  it("is written at once where it is a commit's worth", async () => {
    const { journal } = await openOnDisk();
    for (let number = 0; number < 10; number += 1) journal.offer([bulky("h")]);
    await until(() => journal.figures.end.batch === 10);
  });

  it("is written at the stop, and what comes after it is refused", async () => {
    const directory = directoryOfTest();
    const { journal, context } = await openJournalOfTest(directory);
    await journal.append([batchOf("a")]);
    journal.offer([batchOf("b")]);
    await journal.stop();
    await expect(journal.append([batchOf("late")])).rejects.toThrow("the agent is stopping");
    const refused = context.telemetry.samples().find(({ name }) => name === "journal_refused_total");
    expect(refused?.value).toBe(1);
    expect(openFilesBelow(directory)).toEqual([]);
    expect(hosts(await drain((await openJournalOfTest(directory)).pull))).toEqual(["a", "b"]);
  });
});

describe("pressure", () => {
  const crowd = ({ journal }: OpenedJournal, batches = 51) => {
    for (let number = 0; number < batches; number += 1) journal.offer([bulky(`h${number}`)]);
  };

  it("is there while much waits for a disk that writes, and ends with it", async () => {
    const opened = await openOnDisk();
    const { journal, disk } = opened;
    const goOn = await hold(disk, () => void journal.append([batchOf("first")]));
    crowd(opened, 10);
    expect(journal.pressure()).toBeUndefined();
    crowd(opened);
    const pressure = journal.pressure();
    expect(pressure).toBeInstanceOf(Promise);
    goOn();
    await pressure;
    expect(journal.pressure()).toBeUndefined();
    expect(hosts(await drain(opened.pull))).toHaveLength(62);
  });

  it("is not there while the disk refuses, since nothing would be won by waiting", async () => {
    const opened = await openOnDisk();
    const { journal, disk } = opened;
    disk.roomBytes = 0;
    await expect(journal.append([batchOf("lost")])).rejects.toMatchObject({ code: "journal.failed" });
    disk.roomBytes = Number.POSITIVE_INFINITY;
    const goOn = await hold(disk, () => void journal.append([batchOf("first")]));
    crowd(opened);
    expect(journal.pressure()).toBeUndefined();
    goOn();
  });
});

it("one that is too large takes none of those with it that are written together, and they stay in order", async () => {
  const { journal, disk, pull } = await openOnDisk({ max_size: "1MiB" });
  const goOn = await hold(disk, () => void journal.append([batchOf("first")]));
  const name = randomBytes(1 << 20).toString("base64");
  const large = batchOf("large", 1, { metrics: [{ name, tags: {}, value: 1, timestampMs: 1 }] });
  const all = [batchOf("a"), large, batchOf("b"), batchOf("c")].map((batch) => journal.append([batch]));
  goOn();
  const outcomes = (await Promise.allSettled(all)).map(({ status }) => status);
  expect(outcomes).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  expect(hosts(await drain(pull))).toEqual(["first", "a", "b", "c"]);
});
