import { chmodSync, chownSync, lstatSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { judgeStateDirectory, openStateDirectory } from "./state-directory.ts";

const mallory = 12_346;

it("is made, closed to everybody else, with the directories above it", () => {
  const path = join(directoryOfTest(), "above/state");
  judgeStateDirectory(path);
  openStateDirectory(path);
  expect(lstatSync(path).mode & 0o777).toBe(0o700);
  expect(lstatSync(join(path, "..")).mode & 0o777).toBe(0o700);
});

describe.runIf(process.getuid?.() === 0)("is not used", () => {
  it("when it was another user's before, or open to all", () => {
    const path = join(directoryOfTest(), "state");
    mkdirSync(path);
    chmodSync(path, 0o777);
    expect(() => openStateDirectory(path)).toThrow(`every user can write ${path}; run: chmod o-w ${path}`);
    chmodSync(path, 0o700);
    chownSync(path, mallory, mallory);
    expect(() => openStateDirectory(path)).toThrow(`run: chown root: ${path}`);
    chownSync(path, 0, 0);
    expect(() => openStateDirectory(path)).not.toThrow();
  });

  it("while something stands there that another user put there for the agent to read", () => {
    const path = directoryOfTest();
    mkdirSync(join(path, "local-configuration"));
    chownSync(join(path, "local-configuration"), mallory, mallory);
    expect(() => openStateDirectory(path)).toThrow(`${path}/local-configuration belongs to`);
    chownSync(join(path, "local-configuration"), 0, 0);
    writeFileSync(join(path, "notes.txt"), "");
    chownSync(join(path, "notes.txt"), mallory, mallory);
    expect(() => openStateDirectory(path)).not.toThrow();
  });

  it("through a link that another user planted", () => {
    const [state, shared] = [directoryOfTest(), join(directoryOfTest(), "shared")];
    mkdirSync(shared);
    chmodSync(shared, 0o777);
    symlinkSync(state, join(shared, "link"));
    expect(() => openStateDirectory(join(shared, "link"))).toThrow(`every user can write ${shared}`);
  });
});
