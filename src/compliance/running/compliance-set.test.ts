// What a look leaves behind: nothing that lasts until the stop.
import { expect, it } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import type { CompliancePlan } from "../definition/plan.ts";
import { createHost } from "../host/compliance-host.ts";
import { ComplianceSet } from "./compliance-set.ts";

it("a look that is over is not ended once more by the stop; one that goes on is", async () => {
  const signals: AbortSignal[] = [];
  let isHanging = false;
  const plan: CompliancePlan = {
    ...{
      id: "f",
      name: "f",
      kind: "compliance",
      mode: "audit",
      mayAct: true,
      packName: "",
      packLevel: "local",
    },
    ...{ place: "", notes: "", everyMs: 1e6 },
    verifyIf: { asked: new Set(), evaluate: async () => true },
    rules: [
      {
        ...{ name: "r", type: "made-up", variables: [] },
        environments: [
          {
            ...{ name: "", condition: undefined, postCommands: [] },
            async look({ signal }) {
              signals.push(signal);
              if (isHanging) await new Promise(() => {});
            },
          },
        ],
      },
    ],
  };
  const context = testContext();
  const run = async () => ({ status: 0, timedOut: false, cut: false, stdout: "", stderr: "", command: "" });
  const set = new ComplianceSet([plan], {
    ...context,
    host: createHost({
      ...{
        clock: context.clock,
        root: directoryOfTest(),
        downloadLimitBytes: 1,
        run,
        hasProgram: () => false,
      },
    }),
    ...{ deadlineMs: 60_000, isEarly: () => false, runLine: run, tell: () => {} },
    // What must not be broken off is waited for no longer than this.
    clock: { ...context.clock, after: (delayMs, then) => context.clock.after(Math.min(delayMs, 500), then) },
  });
  const [only] = set.runs;
  if (only === undefined) throw new Error("there is no run");
  await set.launch(only);
  isHanging = true;
  const hanging = set.launch(only);
  await new Promise((resolve) => setImmediate(resolve));
  expect(signals).toHaveLength(2);
  await Promise.all([set.stop(), hanging]);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false, true]);
});
