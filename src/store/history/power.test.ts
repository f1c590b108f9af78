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
const start = 2_800 * 168 * hourMs;

async function open(directory: string, disk?: Disk) {
  const { log, telemetry } = testContext();
  const config = historyConfig.parse({ flush_every: "1d", resolutions: ["10s:1d", "1m:3d"] });
  const clock = fakeClock(start + hourMs);
  const needs = { clock, log, telemetry, directory: join(directory, "history") };
  const history = await openHistory(config, { ...needs, ...(disk === undefined ? {} : { disk }) });
  onTestFinished(() => history.stop());
  return { history, clock };
}

function record(history: History, beat: number): void {
  const timestampMs = start + beat * 10_000;
  const metrics = [{ name: "series", tags: {}, value: beat, timestampMs }];
  history.record({ origin: "collectors", host: "", timestampMs, metrics });
}

/** Values that are there, oldest first. */
async function found(history: History): Promise<number[]> {
  const { points } = await history.query({ key: "series", fromMs: start, toMs: start + hourMs });
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
    await expect.poll(() => readdirSync(join(directory, "history", "10s"))).toEqual([`${start}-0.block`]);
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
});
