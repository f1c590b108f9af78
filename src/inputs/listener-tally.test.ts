// Reasons are few, whatever the listeners tell.
import { expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { createListenerTally } from "./listener-tally.ts";

it("counts so many reasons, and those beyond together; the log has a line for each", () => {
  const context = testContext();
  const tally = createListenerTally("push", context);
  for (let number = 0; number < 10_000; number += 1) tally.fault(`reason ${number}`);
  tally.fault("reason 3", 5);
  expect(Object.keys(tally.figures.faults)).toHaveLength(33);
  expect(tally.figures.faults).toMatchObject({ "reason 0": 1, "reason 3": 6, other: 9968 });
  expect(context.lines).toHaveLength(33);
  const samples = context.telemetry.samples().filter(({ name }) => name === "input_faults_total");
  expect(samples.reduce((sum, { value }) => sum + value, 0)).toBe(10_005);
  expect(samples).toHaveLength(33);
});
