// Readings of an application, as the agent takes them.
import { setTimeout as pause } from "node:timers/promises";
import { type Collector, isNotEligible, type Reading } from "../../../src/inputs/collector.ts";
import { type CollectorReport, CollectorRun } from "../../../src/inputs/collector-run.ts";
import { createHostFiles } from "../../../src/inputs/host-files.ts";
import { systemClock } from "../../../src/kernel/clock.ts";
import { testContext } from "../context.ts";

/** One sample. */
export function sampleOf(
  collector: Collector,
  config: object,
  signal = new AbortController().signal,
): Promise<unknown> {
  return collector.read(collector.config.parse(config), {
    host: createHostFiles(),
    clock: systemClock,
    signal,
  });
}

/** From two samples, between which the test does something. */
export async function readingOver(
  collector: Collector,
  config: object,
  between: () => Promise<unknown> = () => pause(20),
): Promise<Reading> {
  const first = await sampleOf(collector, config);
  const beganMs = performance.now();
  await between();
  const second = await sampleOf(collector, config);
  if (isNotEligible(second)) throw new Error(second.notEligible);
  const earlier = { sample: first, elapsedMs: performance.now() - beganMs };
  return collector.measure(second, earlier) ?? {};
}

/** A collector at work, with so long for a reading. */
export function runOf(collector: Collector, config: object, deadlineMs = 5000): CollectorRun {
  const parameters = collector.config.parse(config);
  return new CollectorRun(
    {
      collector,
      enabled: true,
      group: undefined,
      fault: undefined,
      parameters,
      everyMs: 10_000,
      deadlineMs,
      firstMs: 0,
    },
    {
      ...{ ...testContext(), host: createHostFiles() },
      ...{ emit: () => {}, onState: () => {}, onReading: () => {}, isInGroup: () => true },
    },
  );
}

/** One round of the same. */
export async function reportOf(collector: Collector, config: object): Promise<CollectorReport> {
  const run = runOf(collector, config);
  await run.once();
  return run.report;
}
