import { expect, it } from "vitest";
import { run } from "../../../test/support/cli.ts";

const report = { summary: "", log: "", results: undefined, metrics: 0, tookMs: 1 };
const round = (state: "OK" | "ERROR") => ({
  reports: [
    {
      ...report,
      name: "memory",
      state: "OK" as const,
      results: { memtotal: 5, deep: { share: 1.23456 } },
      metrics: 2,
    },
    { ...report, name: "selinux", state: "NOT-ELIGIBLE" as const, log: "there is none" },
    { ...report, name: "geoloc", state: "DISABLED" as const },
    { ...report, name: "docker", state, log: state === "ERROR" ? "no answer" : "" },
  ],
  programs: [{ host: "web1", metrics: [{ name: "a.one", value: 7000 }] }],
});

it("prints what was found, what programs said, and how each collector did", async () => {
  const { stdout, exit } = await run(["test"], { measure: async () => round("OK") });
  expect(exit).toBe(0);
  expect(stdout).toMatch(/^memory\n +memtotal +5\n +deep\.share +1\.235$/m);
  expect(stdout).toMatch(/^metric programs for web1\n +a\.one +7000$/m);
  expect(stdout).toMatch(/^selinux +NOT-ELIGIBLE +0 +1\.0 ms +there is none$/m);
  expect(stdout).not.toContain("geoloc");
});

it("prints JSON, and fails when a collector does", async () => {
  const { stdout, exit } = await run(["test", "--json"], { measure: async () => round("ERROR") });
  expect(exit).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({
    collectors: {
      memory: { state: "OK", results: { memtotal: 5 } },
      docker: { state: "ERROR", log: "no answer" },
    },
    programs: [{ host: "web1" }],
  });
});
