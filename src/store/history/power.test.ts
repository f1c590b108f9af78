// What is left of the history when the power fails: on a disk that forgets what was not synced.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { fates, forgetfulDisk } from "../../../test/support/forgetful-disk.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import type { Disk } from "../../kernel/disk.ts";
import { type History, historyConfig, openHistory } from "./index.ts";

const hourMs = 3_600_000;
const startMs = 2_800 * 168 * hourMs;

/** To be stopped, unless it is to end in the middle of something. */
async function start(directory: string, disk?: Disk) {
  const { log, telemetry } = testContext();
  const config = historyConfig.parse({ flush_every: "1d", resolutions: ["10s:1d", "1m:3d"] });
  const clock = fakeClock(startMs + hourMs);
  const needs = { clock, log, telemetry, directory: join(directory, "history") };
  const history = await openHistory(config, { ...needs, ...(disk === undefined ? {} : { disk }) });
  return { history, clock };
}

async function open(directory: string, disk?: Disk) {
  const opened = await start(directory, disk);
  onTestFinished(() => opened.history.stop());
  return opened;
}

function record(history: History, beat: number): void {
  const timestampMs = startMs + beat * 10_000;
  const metrics = [{ name: "series", tags: {}, value: beat, timestampMs }];
  history.record({ origin: "collectors", host: "", timestampMs, metrics });
}

/** Values that are there, oldest first. */
async function found(history: History): Promise<number[]> {
  const { points } = await history.query({ key: "series", fromMs: startMs, toMs: startMs + hourMs });
  return points.map(({ value }) => value);
}

const upTo = (count: number) => Array.from({ length: count }, (_, number) => number);

describe.each(fates)("with names that were not synced %s", (fate) => {
  it("all that was saved is there at whatever step the power fails, in the log and in the block", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const { history, clock } = await open(directory, disk);
    const cuts: { readonly copy: string; readonly saved: number }[] = [];
    let saved = 0;
    const cut = () => void cuts.push({ copy: disk.afterPowerLoss(fate), saved });
    disk.before = cut;
    for (let beat = 0; beat < 4; beat += 1) {
      record(history, beat);
      await history.save();
      saved += 1;
      cut();
    }
    // The hour is over: what is in the log becomes a block.
    await clock.advance(3 * hourMs);
    await history.flush();
    await expect.poll(() => readdirSync(join(directory, "history", "10s"))).toEqual([`${startMs}-0.block`]);
    cut();
    disk.before = () => undefined;
    expect(cuts.length).toBeGreaterThan(15);
    for (const { copy, saved: least } of cuts) {
      const left = await open(copy);
      const values = await found(left.history);
      expect([least, least + 1]).toContain(values.length);
      expect(values).toEqual(upTo(values.length));
      await left.history.stop();
    }
  });

  it("the end of a process at any step takes nothing of what is saved afterwards", async () => {
    for (let steps = 1, hasEnded = true; hasEnded; steps += 1) {
      const directory = directoryOfTest();
      const disk = forgetfulDisk(directory);
      const { history } = await start(directory, disk);
      const ending = disk.endAfter(steps);
      record(history, 0);
      hasEnded = await Promise.race([ending, history.save().then(() => false)]);
      disk.before = () => undefined;
      if (!hasEnded) await history.stop();
      const later = await open(directory, disk);
      record(later.history, 1);
      await later.history.save();
      const left = await open(disk.afterPowerLoss(fate));
      expect((await found(left.history)).at(-1)).toBe(1);
      expect(steps).toBeLessThan(20);
    }
  });
});
