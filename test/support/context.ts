// What the kernel gives a module, for tests: a real clock, a log that is kept, telemetry that is read.
import { systemClock } from "../../src/kernel/clock.ts";
import { createLog } from "../../src/kernel/log.ts";
import type { Context } from "../../src/kernel/module.ts";
import { createPace } from "../../src/kernel/pace.ts";
import { createTelemetry } from "../../src/kernel/telemetry.ts";

export interface TestContext extends Context {
  /** Lines of the log, oldest first. */
  readonly lines: string[];
}

export function testContext(): TestContext {
  const lines: string[] = [];
  const sink = { write: (text: string) => void lines.push(text), reopen() {}, close() {}, lost: 0 };
  const clock = systemClock;
  const log = createLog({ level: "debug", format: "text" }, { sink, clock });
  const pace = createPace(clock);
  return { log, clock, pace, telemetry: createTelemetry(), signal: new AbortController().signal, lines };
}
