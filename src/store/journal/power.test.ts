// What is left of the journal when the power fails: on a disk that forgets what was not synced.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { type ForgetfulDisk, fates, forgetfulDisk } from "../../../test/support/forgetful-disk.ts";
import {
  batchOf,
  bulky,
  drain,
  everything,
  hosts,
  openJournalOfTest,
  segmentsIn,
} from "../../../test/support/journals.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { journalConfig, openJournal } from "./index.ts";

const small = { max_size: "1MiB" };
const one = { ...everything, bytes: 1 };

function openOn(disk: ForgetfulDisk, directory: string) {
  return openJournalOfTest(join(directory, "journal"), small, { disk });
}

function openLeft(copy: string) {
  return openJournalOfTest(join(copy, "journal"), small);
}

describe.each(fates)("with names that were not synced %s", (fate) => {
  it("all that was acknowledged is there, and nothing twice, at whatever step the power fails", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const cuts: { readonly copy: string; readonly written: number; readonly read: number }[] = [];
    let [written, read] = [0, 0];
    const cut = () => void cuts.push({ copy: disk.afterPowerLoss(fate), written, read });
    disk.before = cut;
    const { journal, pull } = await openOn(disk, directory);
    for (let round = 0; round < 10; round += 1) {
      await journal.append([round % 3 === 1 ? batchOf(`h${round}`) : bulky(`h${round}`)]);
      written += 1;
      cut();
      if (round % 2 === 0) continue;
      await pull.drain(one);
      read += 1;
      cut();
    }
    expect(segmentsIn(join(directory, "journal")).length).toBeGreaterThan(1);
    disk.before = () => undefined;
    expect(cuts.length).toBeGreaterThan(40);
    for (const { copy, written: least, read: begun } of cuts) {
      const left = await openLeft(copy);
      const numbers = hosts(await drain(left.pull)).map((host) => Number(host.slice(1)));
      const [first = least, last = least - 1] = [numbers[0], numbers.at(-1)];
      // What was under way may have been done, and is never half done.
      expect([begun, begun + 1]).toContain(first);
      expect([least - 1, least]).toContain(last);
      expect(numbers).toEqual(Array.from({ length: last - first + 1 }, (_, place) => first + place));
      await left.journal.append([batchOf("next")]);
      expect(hosts(await drain(left.pull))).toEqual(["next"]);
      await left.journal.stop();
    }
  });

  it("places of readers that moved at the same time are all there", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const { journal } = await openOn(disk, directory);
    const readers = ["a", "b", "c"].map((name) => journal.reader(name, ["append"]));
    for (const host of ["x", "y"]) await journal.append([batchOf(host)]);
    const copies = await Promise.all(
      readers.map(async (reader) => {
        await reader.drain(one);
        return [reader.name, disk.afterPowerLoss(fate)] as const;
      }),
    );
    for (const [name, copy] of copies) {
      const left = await openLeft(copy);
      expect(hosts(await drain(left.journal.reader(name, ["append"])))).toEqual(["y"]);
    }
  });

  it("a reader that was written down and the mark of the numbers are there", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const { journal } = await openOn(disk, directory);
    await journal.append([batchOf("a")]);
    await journal.register("new");
    const left = await openLeft(disk.afterPowerLoss(fate));
    expect(left.journal.readers).toContain("new");
    expect(left.journal.mark).toBe(journal.mark);
  });

  it("a reader that was forgotten does not come back", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const { journal } = await openOn(disk, directory);
    await journal.append([batchOf("a")]);
    await journal.register("old");
    await journal.forget("old");
    expect((await openLeft(disk.afterPowerLoss(fate))).journal.readers).not.toContain("old");
  });

  it("the end of a process at any step takes nothing of what is acknowledged afterwards", async () => {
    for (let steps = 1, hasEnded = true; hasEnded; steps += 1) {
      const directory = directoryOfTest();
      const disk = forgetfulDisk(directory);
      const ending = disk.endAfter(steps);
      const needs = { ...testContext(), directory: join(directory, "journal"), disk };
      const first = openJournal(journalConfig.parse(small), needs).then(async (journal) => {
        journal.reader("pull", ["append"]);
        await journal.append([batchOf("first")]);
        return journal;
      });
      const outcome = await Promise.race([ending, first]);
      hasEnded = outcome === true;
      disk.before = () => undefined;
      if (outcome !== true) await outcome.stop();
      const { journal } = await openOn(disk, directory);
      await journal.append([batchOf("later")]);
      const left = await openLeft(disk.afterPowerLoss(fate));
      expect(hosts(await drain(left.pull)).at(-1)).toBe("later");
      expect(steps).toBeLessThan(40);
    }
  });
});

describe("a write that fails", () => {
  const filesIn = (directory: string) => {
    const path = join(directory, "journal");
    return segmentsIn(path).map((name) => [name, statSync(join(path, name)).size] as const);
  };

  it("leaves no half frame behind, and what was there before", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const { journal, pull } = await openOn(disk, directory);
    await journal.append([batchOf("before")]);
    const before = filesIn(directory);
    disk.roomBytes = 30;
    await expect(journal.append([batchOf("lost")])).rejects.toMatchObject({ code: "journal.failed" });
    expect(filesIn(directory)).toEqual(before);
    disk.roomBytes = Number.POSITIVE_INFINITY;
    await journal.append([batchOf("after")]);
    expect(hosts(await drain(pull))).toEqual(["before", "after"]);
  });

  it("leaves no file behind that was to begin with it", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const { journal } = await openOn(disk, directory);
    disk.roomBytes = 30;
    await expect(journal.append([batchOf("lost")])).rejects.toMatchObject({ code: "journal.failed" });
    expect(filesIn(directory)).toEqual([]);
  });

  it.each(["write", "sync"])(
    "is acknowledged to nobody when the %s fails, and the next one is kept",
    async (what) => {
      const directory = directoryOfTest();
      const disk = forgetfulDisk(directory);
      const { journal, pull } = await openOn(disk, directory);
      await journal.append([batchOf("before")]);
      disk.before = (step) => {
        if (step.what === what) throw Object.assign(new Error("input/output error"), { code: "EIO" });
      };
      await expect(journal.append([batchOf("lost")])).rejects.toMatchObject({ code: "journal.failed" });
      disk.before = () => undefined;
      await journal.append([batchOf("after")]);
      for (const fate of fates) {
        const left = await openLeft(disk.afterPowerLoss(fate));
        expect(hosts(await drain(left.pull))).toEqual(["before", "after"]);
      }
      expect(hosts(await drain(pull))).toEqual(["before", "after"]);
      expect(readdirSync(join(directory, "journal")).filter((name) => name.includes(".new-"))).toEqual([]);
    },
  );
});
