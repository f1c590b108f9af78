// What handlers are given from the log of events, over restarts: a real log, and real places.
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { complianceHappening } from "../../../test/handlers/open-handlers.ts";
import { check, openIn, ops, placesIn, planOf } from "../../../test/handlers/open-queue.ts";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { forgetfulDisk } from "../../../test/support/forgetful-disk.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import type { Happening } from "../../event/index.ts";
import { summedLine } from "../../kernel/summed-line.ts";

describe("the queue", () => {
  it("offers what people are told of, to those whom it concerns", async () => {
    const plans = [
      planOf("ops"),
      planOf("off", { enabled: false }),
      planOf("web", { onlyInGroup: "web" }),
      planOf("db", { onlyInGroup: "db" }),
    ];
    const { tellers, show } = await openIn(directoryOfTest(), plans, { groups: ["web"] });
    await show(check());
    await show({ ...check(), held: "downtime" } as Happening);
    await show({ ...complianceHappening, notable: false });
    await show({ ...complianceHappening, notable: true });
    expect(tellers.map(({ numbers }) => numbers())).toEqual([[1, 4], [], [1, 4], []]);
  });

  it("reads an event that is no longer kept as nothing, and one that is as it came from disk", async () => {
    const { first, show } = await openIn(directoryOfTest(), ops, { memory: 10 });
    await show(check({ extra: { big: 2n ** 60n } }));
    expect(await first.offered[0]?.read()).toMatchObject({ type: "check", seq: 1 });
    for (let count = 0; count < 40; count += 1) await show(check({ output: "x".repeat(4000) }));
    expect(await first.offered[0]?.read()).toBeUndefined();
  });

  it("writes what was told at once, and all at a stop", async () => {
    const directory = directoryOfTest();
    const { first, show, clock, queue } = await openIn(directory, ops);
    const writtenAfter = async (ms: number) => {
      await clock.advance(ms);
      // The disk is asked to do it, and a later save waits for that one.
      await queue.stop();
      return placesIn(directory);
    };
    expect(placesIn(directory)).toContain('{"ops":{"after":0}}');
    await show(check());
    await show(check());
    first.offered[0]?.done();
    expect(await writtenAfter(0)).toContain('{"ops":{"after":2,"but":2}}');
    first.offered[1]?.done();
    await show(check({ state: "ok" }));
    expect(await writtenAfter(0)).toContain('{"ops":{"after":3}}');
  });

  it("writes a place also after a minute in which nothing happened", async () => {
    const directory = directoryOfTest();
    const { first, show, clock, log } = await openIn(directory, ops);
    await clock.advance(120_000);
    await show(check());
    first.offered[0]?.done();
    await expect.poll(() => placesIn(directory)).toContain('{"ops":{"after":1}}');
    await show(check({ state: "ok" }));
    await clock.advance(60_000);
    await expect.poll(() => placesIn(directory)).toContain(`{"ops":{"after":${log.sequence}}}`);
  });

  it("hands over once what comes while it is opened", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const { first, show } = await openIn(directory, ops, { disk, meanwhile: check() });
    await show(check());
    expect(first.numbers()).toEqual([1, 2]);
  });

  it("is written no more when it is stopped", async () => {
    const directory = directoryOfTest();
    const { clock, show, stop, log } = await openIn(directory, ops);
    await show(check());
    await stop();
    log.publish(check());
    writeFileSync(join(directory, "handlers", "places"), "of another");
    await clock.advance(180_000);
    expect(placesIn(directory)).toBe("of another");
  });

  it("gives again what waited, also the one that was being tried, and nothing that was told", async () => {
    const directory = directoryOfTest();
    const before = await openIn(directory, ops);
    for (let count = 0; count < 4; count += 1) await before.show(check());
    // The oldest is still tried, others behind it were given up.
    for (const place of [1, 2]) before.first.offered[place]?.done();
    await before.stop();
    const again = await openIn(directory, ops);
    expect(again.first.numbers()).toEqual([1, 4]);
    again.first.offered[0]?.done();
    again.first.offered[1]?.done();
    again.first.offered[1]?.done();
    await again.stop();
    expect((await openIn(directory, ops)).first.numbers()).toEqual([]);
  });

  it("begins for a new handler at its start, beside one that is behind, and keeps the place of one that is gone", async () => {
    const directory = directoryOfTest();
    const before = await openIn(directory, ops);
    for (let count = 0; count < 3; count += 1) await before.show(check());
    before.first.offered[0]?.done();
    await before.stop();
    const without = await openIn(directory, [planOf("new")]);
    expect(without.first.numbers()).toEqual([]);
    await without.show(check());
    await without.stop();
    const both = await openIn(directory, [planOf("ops"), planOf("new"), planOf("newest")]);
    expect(both.tellers.map(({ numbers }) => numbers())).toEqual([[2, 3, 4], [4], []]);
  });

  it("gives up what is older than its handler wants, to the millisecond, and says how many", async () => {
    const directory = directoryOfTest();
    const clock = fakeClock();
    const before = await openIn(directory, ops, { clock });
    for (const waitMs of [0, 0, 1]) {
      await clock.advance(waitMs);
      await before.show(check());
    }
    await before.stop();
    await clock.advance(60_000);
    const again = await openIn(directory, ops, { clock });
    expect(again.first.numbers()).toEqual([3]);
    expect(again.lines.join("")).toContain("handler=ops,events=2,reason=they are older than 1m");
  });
});

describe("a disk that fails", () => {
  const failing = () => {
    throw Object.assign(new Error("no space left on device"), { code: "ENOSPC" });
  };

  it("is said once until it works again, and keeps the places that it had", async () => {
    const directory = directoryOfTest();
    const disk = forgetfulDisk(directory);
    const { first, show, queue, lines } = await openIn(directory, ops, { disk });
    const failures = () => lines.filter((line) => line.includes("what was told is not kept")).length;
    for (let count = 0; count < 4; count += 1) await show(check());
    for (const times of [1, 2]) {
      disk.before = failing;
      for (const place of [0, 1]) {
        first.offered[2 * (times - 1) + place]?.done();
        await queue.stop();
      }
      expect(failures()).toBe(times);
      disk.before = () => undefined;
      await queue.stop();
      expect(placesIn(directory)).toContain(
        times === 1 ? '{"ops":{"after":3,"but":3}}' : '{"ops":{"after":4}}',
      );
    }
    expect(lines.join("")).toContain("no space left on device");
  });

  it("is said at the start, and events are offered all the same", async () => {
    const directory = directoryOfTest();
    writeFileSync(join(directory, "handlers"), "");
    const { first, show, lines } = await openIn(directory, ops);
    await show(check());
    expect(first.numbers()).toEqual([1]);
    expect(lines.filter((line) => line.includes("what was told is not kept; after"))).toHaveLength(1);
  });
});

describe("a file of places", () => {
  const left = async (text: string | undefined) => {
    const directory = directoryOfTest();
    const before = await openIn(directory, ops);
    await before.show(check());
    await before.stop();
    if (text !== undefined) writeFileSync(join(directory, "handlers", "places"), summedLine(text));
    const again = await openIn(directory, ops);
    const aside = readdirSync(join(directory, "handlers")).filter((name) => name.includes("damaged"));
    return { numbers: again.first.numbers(), aside: aside.length, lines: again.lines.join("") };
  };

  it("that is not there yet is no loss", async () => {
    const { lines } = await openIn(directoryOfTest(), ops);
    expect(lines).toEqual([]);
  });

  it.each([
    ["as it was written", undefined, [1]],
    ["that is ahead of the events", '{"ops":{"after":9}}', []],
    ["with a place that is no number", '{"ops":{"after":"0"}}', []],
    ["with a place beside it that is no number", '{"ops":{"after":0,"but":"1"}}', []],
    ["with a place that is nothing", '{"ops":null}', []],
  ])("%s is taken as far as it says something", async (_, text, expected) => {
    expect(await left(text)).toMatchObject({ numbers: expected, aside: 0, lines: "" });
  });

  it("that says nothing is set aside before another is written", async () => {
    expect(await left("nothing")).toMatchObject({ numbers: [], aside: 1 });
  });
});
