import { expect, it } from "vitest";
import { testContext } from "../../test/support/context.ts";
import { fakeClock } from "../../test/support/fake-clock.ts";
import { DenialLog } from "./denial-log.ts";

it("names each host once a minute, and says how often it knocked in between", async () => {
  const clock = fakeClock();
  const { log, lines } = testContext();
  const denials = new DenialLog(log, clock);
  for (let count = 0; count < 5; count += 1) denials.note("192.0.2.1", "/");
  denials.note("192.0.2.2", "/x");
  expect(lines).toHaveLength(2);
  await clock.advance(60_000);
  denials.note("192.0.2.1", "/");
  expect(lines[2]).toMatch(/\[error\].*denied address=192\.0\.2\.1,url=\/,since_last_line=4/);
});
