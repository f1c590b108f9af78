import { expect, it } from "vitest";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { Expressions, type ExpressionsNeeds } from "../expressions/expressions.ts";
import { checkSchema } from "./check-schema.ts";
import { compileRule, runRule } from "./rule.ts";

it("a rule that waits is unknown at its deadline", async () => {
  const clock = fakeClock();
  const readings = { of: () => undefined, isSettled: () => true };
  const whole = new Expressions({ clock, readings, host: {} as ExpressionsNeeds["host"] });
  const surroundings = { configuration: [], parameters: undefined };
  const rule = compileRule(checkSchema.parse({ critical_if: "file_exists('/x')" }), surroundings, whole);
  if (!("parts" in rule)) throw new Error(rule.reason);
  // Waits until it is told to stop.
  whole.evaluate = (_bound, { signal } = { variables: [], signal: undefined }) =>
    new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(new Error("too late"))));
  const judged = runRule(rule, whole, 5000)(new AbortController().signal);
  await clock.advance(5000);
  expect(await judged).toMatchObject({ state: "unknown", output: "critical_if: too late" });
});
