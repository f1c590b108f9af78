// A pipe or an endless file where the agent keeps something: it begins without it or says so, and does not wait.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readKept } from "../../src/checks/retention.ts";
import { readNodeIdentity } from "../../src/node/index.ts";
import { testContext } from "../support/context.ts";
import { directoryOfTest } from "../support/temporary.ts";

function makePipe(path: string): void {
  execFileSync("mkfifo", ["-m", "600", path]);
}

describe("a pipe in the state directory", () => {
  it("in place of the checks' states is set aside", async () => {
    const path = join(directoryOfTest(), "checks.json");
    makePipe(path);
    expect((await readKept(path, testContext())).checks.size).toBe(0);
    expect(existsSync(path)).toBe(false);
  });

  it.each(["node-uuid", "node-incarnation"])("in place of %s is set aside, which is said", async (name) => {
    const stateDirectory = directoryOfTest();
    makePipe(join(stateDirectory, name));
    const { log, lines } = testContext();
    const needs = { hostname: "h", hostRoot: directoryOfTest(), now: () => 1_700_000_000_000, log };
    const { incarnation, uuid } = await readNodeIdentity({ ...needs, stateDirectory });
    expect([incarnation, uuid]).toEqual([1_700_000_000, expect.stringMatching(/^[0-9a-f]{40}$/)]);
    expect(lines.join("")).toContain(join(stateDirectory, name));
  });
});
