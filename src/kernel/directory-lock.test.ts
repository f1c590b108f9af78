// One process for a directory: the second is told of the first, changes nothing, and has its turn when the first is gone.
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { lockDirectory } from "./directory-lock.ts";

const unexpected = (reason: string) => {
  throw new Error(reason);
};

it("is one process's, which the other one is told of, and free again when it is released", () => {
  const directory = join(directoryOfTest(), "a", "b");
  const lock = lockDirectory(directory, unexpected);
  const before = readFileSync(join(directory, "agent.lock"), "utf8");
  expect(() => lockDirectory(directory, unexpected)).toThrow(
    expect.objectContaining({
      code: "state.locked",
      message: expect.stringContaining(`process id ${process.pid}`),
    }),
  );
  expect(readFileSync(join(directory, "agent.lock"), "utf8")).toBe(before);
  lock.release();
  lockDirectory(directory, unexpected).release();
});

it("takes back what it made, and nothing else", () => {
  const parent = directoryOfTest();
  lockDirectory(join(parent, "new", "home"), unexpected).undo();
  expect(readdirSync(parent)).toEqual([]);
  mkdirSync(join(parent, "old"));
  writeFileSync(join(parent, "old", "kept"), "");
  lockDirectory(join(parent, "old"), unexpected).undo();
  expect(readdirSync(join(parent, "old"))).toEqual(["kept"]);
});

it("follows no link, and says so", () => {
  const directory = directoryOfTest();
  const elsewhere = join(directoryOfTest(), "elsewhere");
  symlinkSync(elsewhere, join(directory, "agent.lock"));
  expect(() => lockDirectory(directory, unexpected)).toThrow(
    expect.objectContaining({ code: "state.unusable" }),
  );
  expect(existsSync(elsewhere)).toBe(false);
});
