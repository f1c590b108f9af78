// What is left of what handlers are told when the power fails: on a disk that forgets what was not synced.
import { describe, expect, it } from "vitest";
import { check, openIn, ops } from "../../../test/handlers/open-queue.ts";
import { fates, forgetfulDisk } from "../../../test/support/forgetful-disk.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";

describe.each(fates)("with names that were not synced %s", (fate) => {
  it("what is tried is on disk, and comes again until it was told, at whatever step the power fails", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const cuts: { readonly copy: string; readonly tried: number; readonly told: number }[] = [];
    let [tried, told] = [0, 0];
    const cut = () => void cuts.push({ copy: disk.afterPowerLoss(fate), tried, told });
    const { first, show, stop } = await openIn(directory, ops, { disk, memory: 3 });
    disk.before = cut;
    for (let round = 0; round < 6; round += 1) {
      // The second is for nobody, and none is told of until the third.
      await show(check({ output: `${round}`.padEnd(3000, ".") }));
      await show(check({ state: "ok" }));
      const event = first.offered[round];
      expect(await event?.read()).toMatchObject({ seq: event?.seq });
      tried = event?.seq ?? 0;
      cut();
      if (round < 2) continue;
      const before = first.offered[round - 2];
      told = before?.seq ?? 0;
      before?.done();
    }
    await stop();
    disk.before = () => undefined;
    expect(cuts.length).toBeGreaterThan(40);
    for (const one of cuts) {
      const left = await openIn(one.copy, ops);
      expect(left.lines.join("")).not.toMatch(/lost|not kept/);
      const again = left.first.numbers();
      // Every other number is for the handler: all that was tried and not told is given again, in its order.
      const wanted = first.numbers().filter((seq) => seq > one.told && seq <= one.tried);
      expect(again.filter((seq) => seq > one.told && seq <= one.tried)).toEqual(wanted);
      const later = await left.show(check());
      expect(left.first.numbers()).toEqual([...again, later]);
      await left.stop();
    }
    const end = await openIn(disk.afterPowerLoss(fate), ops);
    expect(end.first.numbers()).toEqual(first.numbers().filter((seq) => seq > told));
  });

  it("a handler that was new when the power failed is told of what comes after its start", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const { first, show } = await openIn(directory, ops, { disk });
    const seq = await show(check());
    await first.offered[0]?.read();
    const left = await openIn(disk.afterPowerLoss(fate), ops);
    expect(left.first.numbers()).toEqual([seq]);
  });
});
