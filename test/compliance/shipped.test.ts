// The shipped compliance on this very host, with the expressions that the agent has.
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { Expressions } from "../../src/checks/expressions/expressions.ts";
import { complianceModule } from "../../src/compliance/index.ts";
import { loadPacks } from "../../src/config/index.ts";
import type { Happening } from "../../src/event/index.ts";
import { programsModule } from "../../src/programs/index.ts";
import { testContext } from "../support/context.ts";
import { directoryOfTest } from "../support/temporary.ts";
import { until } from "../support/until.ts";

async function onThisHost(groups: readonly string[]) {
  const context = testContext();
  const home = directoryOfTest();
  mkdirSync(join(home, "objects.d"));
  const programs = await programsModule.start(programsModule.config.parse({}), {
    ...context,
    shippedPrograms: home,
  });
  const told: Happening[] = [];
  const compliance = await complianceModule.start(complianceModule.config.parse({ enforce: true }), {
    ...context,
    packs: loadPacks({ core: resolve(import.meta.dirname, "../../packs"), levels: home, objects: [] }),
    expressions: new Expressions({
      clock: context.clock,
      readings: { of: () => undefined, isSettled: () => true },
      host: {
        ...{ clock: context.clock, root: "/", environment: () => undefined, zoneOf: () => "" },
        ...{ isInGroup: (group) => groups.includes(group), isInFixedGroup: () => false },
        ...{ countNodes: () => 1, haveEventType: () => false, isHostingActive: () => false },
        complianceState: () => "UNKNOWN",
        run: (request) => programs.system(request),
      },
    }),
    runSystem: (request) => programs.system(request),
    hasProgram: (name) => programs.hasSystem(name),
    runLine: (request) => programs.ownLine(request),
    tell: (happening) => void told.push(happening),
  });
  onTestFinished(async () => {
    await compliance.stop();
    await programs.stop();
  });
  await until(() => compliance.settled());
  return { compliance, told, lines: context.lines };
}

it("says whether /etc/passwd is as it should be, and leaves it as it is", async () => {
  const before = [statSync("/etc/passwd").ctimeMs, readFileSync("/etc/passwd", "utf8")];
  const { compliance, told, lines } = await onThisHost(["linux"]);
  expect(lines.filter((line) => line.includes("needs attention"))).toEqual([]);
  const { uid, gid, mode } = statSync("/etc/passwd");
  const isRight = uid === 0 && gid === 0 && (mode & 0o7777) === 0o644;
  expect(compliance.stateOf("passwd is root/644")).toBe(isRight ? "COMPLIANT" : "ERROR");
  expect(told).toHaveLength(1);
  expect([statSync("/etc/passwd").ctimeMs, readFileSync("/etc/passwd", "utf8")]).toEqual(before);
});

it("is not eligible where the node is no Linux", async () => {
  const { compliance } = await onThisHost([]);
  expect(compliance.stateOf("passwd is root/644")).toBe("NOT-ELIGIBLE");
});
