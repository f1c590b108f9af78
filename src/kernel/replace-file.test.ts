import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { fates, forgetfulDisk } from "../../test/support/forgetful-disk.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { makeLastingDirectory } from "./lasting-directory.ts";
import { replaceFile } from "./replace-file.ts";

describe.each(fates)("when the power fails, with names that were not synced %s", (fate) => {
  it("a file is the old or the new one at every step, and the new one afterwards", async () => {
    const directory = directoryOfTest();
    writeFileSync(join(directory, "file"), "old");
    const disk = forgetfulDisk(directory);
    const seen: string[] = [];
    const look = () => void seen.push(readFileSync(join(disk.afterPowerLoss(fate), "file"), "utf8"));
    disk.before = look;
    await replaceFile(join(directory, "file"), "new", 0o600, disk);
    expect(seen.length).toBeGreaterThan(3);
    expect([...new Set(seen)]).toEqual(fate === "kept" ? ["old", "new"] : ["old"]);
    look();
    expect(seen.at(-1)).toBe("new");
  });

  it("directories that were made are there with what was put into them", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    await makeLastingDirectory(join(directory, "a", "b", "c"), disk);
    await makeLastingDirectory(join(directory, "a", "b", "d"), disk);
    await replaceFile(join(directory, "a", "b", "c", "file"), "new", 0o600, disk);
    const left = disk.afterPowerLoss(fate);
    expect(readFileSync(join(left, "a", "b", "c", "file"), "utf8")).toBe("new");
    expect(readdirSync(join(left, "a", "b"))).toEqual(["c", "d"]);
  });
});

it("keeps what stood there, and leaves nothing else, where the new text finds no room", async () => {
  const directory = directoryOfTest();
  const path = join(directory, "file");
  writeFileSync(path, "old");
  const disk = forgetfulDisk(directory);
  disk.roomBytes = 0;
  await expect(replaceFile(path, "new", 0o600, disk)).rejects.toMatchObject({ code: "ENOSPC" });
  expect(readdirSync(directory)).toEqual(["file"]);
  expect(readFileSync(path, "utf8")).toBe("old");
});

it("gives the new file exactly the mode that was asked for", async () => {
  const path = join(directoryOfTest(), "file");
  for (const mode of [0o600, 0o666, 0o640]) {
    await replaceFile(path, "text", mode);
    expect(statSync(path).mode & 0o777).toBe(mode);
  }
});

it("makes directories for their owner alone, and takes one that is there as it is", async () => {
  const path = join(directoryOfTest(), "a", "b");
  await makeLastingDirectory(path);
  for (const made of [path, join(path, "..")]) expect(statSync(made).mode & 0o777).toBe(0o700);
  mkdirSync(join(path, "there"), { mode: 0o755 });
  await makeLastingDirectory(join(path, "there"));
  expect(statSync(join(path, "there")).mode & 0o777).toBe(0o755);
  writeFileSync(join(path, "file"), "");
  await expect(makeLastingDirectory(join(path, "file"))).rejects.toMatchObject({ code: "EEXIST" });
  await expect(makeLastingDirectory(join(path, "file", "below"))).rejects.toMatchObject({ code: "ENOTDIR" });
});
