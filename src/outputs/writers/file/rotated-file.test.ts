// What stands in a file of lines after a loss of power, and after a disk that fails.
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  truncateSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type ForgetfulDisk, fates, forgetfulDisk } from "../../../../test/support/forgetful-disk.ts";
import { openFilesBelow } from "../../../../test/support/open-files.ts";
import { directoryOfTest } from "../../../../test/support/temporary.ts";
import { type Disk, systemDisk } from "../../../kernel/disk.ts";
import { RotatedFile } from "./rotated-file.ts";

/** Ten of them fill a file. */
const line = (number: number) => `${String(number).padStart(9, "0")}\n`;

function openIn(directory: string, { disk, keep = 5 }: { disk?: ForgetfulDisk; keep?: number } = {}) {
  const path = join(directory, "lines");
  const file = new RotatedFile({ path, limitBytes: 100, keep }, disk);
  onTestFinished(() => file.close());
  const append = async (...numbers: number[]) => await file.append(Buffer.from(numbers.map(line).join("")));
  return { path, file, append };
}

const textAt = (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : "");
const textIn = (directory: string, keep = 5) =>
  Array.from({ length: keep + 1 }, (_, age) =>
    textAt(join(directory, age === keep ? "lines" : `lines.${keep - age}`)),
  ).join("");
const upTo = (last: number) => Array.from({ length: last }, (_, place) => line(place + 1)).join("");

// A rename is never half done: with names removed and others not made it would be.
describe.each(fates.slice(0, 2))("with names that were not synced %s", (fate) => {
  it("each line that was taken is there, at whatever step the power fails", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const cuts: { readonly copy: string; readonly taken: number }[] = [];
    let taken = 0;
    const cut = () => void cuts.push({ copy: disk.afterPowerLoss(fate), taken });
    disk.before = cut;
    const { append } = openIn(directory, { disk });
    for (let round = 0; round < 12; round += 1) {
      await append(taken + 1, taken + 2, taken + 3);
      taken += 3;
      cut();
    }
    disk.before = () => undefined;
    expect(cuts.length).toBeGreaterThan(40);
    for (const { copy, taken: least } of cuts) {
      expect([upTo(least), upTo(least + 3)]).toContain(textIn(copy));
      await openIn(copy).append(least + 4);
      expect(textIn(copy).endsWith(line(least + 4))).toBe(true);
    }
  });

  it("the end of a process at any step takes nothing of what the next one took", async () => {
    for (let steps = 1, hasEnded = true; hasEnded; steps += 1) {
      const directory = directoryOfTest();
      const disk = forgetfulDisk(directory);
      const ending = disk.endAfter(steps);
      const first = openIn(directory, { disk }).append(1);
      hasEnded = (await Promise.race([ending, first])) === true;
      disk.before = () => undefined;
      await openIn(directory, { disk }).append(2);
      expect(textIn(disk.afterPowerLoss(fate))).toContain(line(2));
      expect(steps).toBeLessThan(20);
    }
  });
});

it("a file that is set aside has its new name before that is made to last", async () => {
  const directory = directoryOfTest();
  const disk = forgetfulDisk(directory);
  const { path, append } = openIn(directory, { disk });
  for (let number = 1; number <= 10; number += 1) await append(number);
  const isThere: boolean[] = [];
  disk.before = (step) => step.what === "open" && step.path === directory && isThere.push(existsSync(path));
  await append(11);
  expect(isThere).toEqual([false, true]);
});

describe("a file", () => {
  it("is full with the last byte that it may have, and older ones go in their order", async () => {
    const directory = directoryOfTest();
    const { path, append } = openIn(directory, { keep: 2 });
    for (let number = 1; number <= 40; number += 1) await append(number);
    expect(textIn(directory, 2)).toBe(upTo(40).slice(100));
    expect([textAt(`${path}.1`).length, textAt(path).length, existsSync(`${path}.3`)]).toEqual([
      100,
      100,
      false,
    ]);
  });

  it("takes what is larger than it may become, alone", async () => {
    const directory = directoryOfTest();
    const { path, append } = openIn(directory);
    const many = Array.from({ length: 15 }, (_, place) => place + 1);
    await append(...many);
    expect([textAt(path), existsSync(`${path}.1`)]).toEqual([upTo(15), false]);
    await append(16);
    expect([textAt(`${path}.1`), textAt(path)]).toEqual([upTo(15), line(16)]);
  });

  it("keeps whole lines whole where it ends within one, also of somebody else", async () => {
    const { path, file, append } = openIn(directoryOfTest());
    await append(1, 2);
    await file.close();
    truncateSync(path, 15);
    await append(3);
    await append(4);
    appendFileSync(path, "ab");
    await append(5);
    expect(textAt(path)).toBe(`${line(1)}00000\n${line(3)}${line(4)}ab\n${line(5)}`);
  });

  it("is open as long as it is written to: not when it is set aside, moved away or closed", async () => {
    const directory = directoryOfTest();
    const { path, file, append } = openIn(directory);
    const open = () => openFilesBelow(directory);
    for (let number = 1; number <= 21; number += 1) await append(number);
    expect(open()).toEqual(["lines"]);
    renameSync(path, `${path}.old`);
    await append(22);
    expect(open()).toEqual(["lines"]);
    await file.close();
    expect(open()).toEqual([]);
  });

  it("is looked at anew when it is another one", async () => {
    const directory = directoryOfTest();
    const { path, append } = openIn(directory);
    for (let number = 1; number <= 9; number += 1) await append(number);
    renameSync(path, `${path}.old`);
    for (const number of [10, 11]) await append(number);
    expect([textAt(path), existsSync(`${path}.1`)]).toEqual([line(10) + line(11), false]);
  });
});

describe("a disk that fails", () => {
  it("leaves nothing of what was not taken", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const { path, append } = openIn(directory, { disk });
    await append(1);
    disk.roomBytes = 15;
    await expect(append(2, 3)).rejects.toMatchObject({ code: "ENOSPC" });
    expect(textAt(path)).toBe(line(1));
    disk.roomBytes = Number.POSITIVE_INFINITY;
    await append(2, 3);
    expect(textAt(path)).toBe(upTo(3));
  });

  it("takes nothing more of a file that cannot be set aside, until it can be", async () => {
    const directory = directoryOfTest();
    const { path, append } = openIn(directory, { keep: 1 });
    for (let number = 1; number <= 10; number += 1) await append(number);
    mkdirSync(`${path}.1`);
    await expect(append(11)).rejects.toThrow();
    expect(textAt(path)).toBe(upTo(10));
    rmdirSync(`${path}.1`);
    await append(11);
    expect([textAt(`${path}.1`), textAt(path)]).toEqual([upTo(10), line(11)]);
  });

  it("is left with nothing open where the name of a file cannot be made to last", async () => {
    const directory = directoryOfTest();
    const failing: Disk = {
      open: (path, ...rest) =>
        path === directory ? Promise.reject(new Error("input/output error")) : systemDisk.open(path, ...rest),
    };
    const path = join(directory, "lines");
    const file = new RotatedFile({ path, limitBytes: 100, keep: 1 }, failing);
    await expect(file.append(Buffer.from(line(1)))).rejects.toThrow("input/output error");
    expect(openFilesBelow(directory)).toEqual([]);
    expect(textAt(path)).toBe("");
  });

  it("leaves what somebody else wrote meanwhile", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const { path, append } = openIn(directory, { disk });
    await append(1);
    disk.before = ({ what }) => {
      if (what !== "sync") return;
      appendFileSync(path, "other\n");
      throw Object.assign(new Error("input/output error"), { code: "EIO" });
    };
    await expect(append(2)).rejects.toMatchObject({ code: "EIO" });
    expect(textAt(path)).toBe(`${line(1)}${line(2)}other\n`);
  });
});
