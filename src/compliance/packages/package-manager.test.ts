// What a package manager is told after the agent was told to stop: nothing more.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { systemClock } from "../../kernel/clock.ts";
import { Turn } from "../running/turn.ts";
import { PackageManager } from "./package-manager.ts";

it("an installation is not begun where the stop came while the lists were fetched", async () => {
  const root = directoryOfTest();
  mkdirSync(join(root, "etc"));
  mkdirSync(join(root, "var/lib/dpkg"), { recursive: true });
  writeFileSync(join(root, "var/lib/dpkg/status"), "");
  writeFileSync(join(root, "etc/os-release"), "ID=debian\n");
  const stopping = new AbortController();
  const commands: string[] = [];
  const packages = new PackageManager({
    ...{ clock: systemClock, root, hasProgram: () => true },
    async run({ name, option }) {
      commands.push(`${name} ${option}`);
      stopping.abort(new Error("the agent stops"));
      return { status: 0, timedOut: false, cut: false, stdout: "", stderr: "", command: name };
    },
  });
  const turn = new Turn({
    ...{ mayAct: true, whyNot: undefined, signal: stopping.signal, remainingMs: () => 60_000 },
  });
  await expect(packages.install("tiny", turn)).rejects.toThrow("the agent stops");
  expect(commands).toEqual([expect.stringMatching(/ update$/)]);
});
