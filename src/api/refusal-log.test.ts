import { expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { AgentError } from "../kernel/errors.ts";
import { RefusalLog } from "./refusal-log.ts";

it("warns of each caller and reason once a minute, and says how often it did not", async () => {
  const { log, lines } = testContext();
  const clock = fakeClock();
  const refusals = new RefusalLog(log, clock);
  const option = new AgentError("program.option", { reason: "a pipe" });
  const place = new AgentError("program.no-place", { reason: "5 wait already (programs.queue)" });
  const warnings = () => lines.splice(0).filter((line) => /warn/i.test(line));
  for (const fault of [option, option, place, option])
    refusals.note(fault, { address: "10.0.0.1", url: "/monitor" });
  refusals.note(option, { address: "10.0.0.2", url: "/monitor" });
  const first = warnings();
  expect(first).toHaveLength(3);
  expect(first[0]).toContain("a pipe");
  expect(first[1]).toContain("programs.queue");
  await clock.advance(60_000);
  refusals.note(option, { address: "10.0.0.1", url: "/monitor" });
  expect(warnings()).toEqual([expect.stringContaining("since_last_line=2")]);
});

it("shows nothing of a body", () => {
  const { log, lines } = testContext();
  const fault = new AgentError("body.invalid", { reason: "metrics.secret: expected a number" });
  new RefusalLog(log, fakeClock()).note(fault, { address: "10.0.0.1", url: "/metric/append" });
  expect(lines.join()).not.toContain("secret");
});
