import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { abortListeners } from "../../test/support/abort-listeners.ts";
import { testContext } from "../../test/support/context.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import { until } from "../../test/support/until.ts";
import type { Happening } from "../event/index.ts";
import { EventLog } from "./event-log.ts";

const group = (name: string): Happening => ({ type: "group", change: "add", group: name });

async function openLog(directory = directoryOfTest(), config = {}) {
  const context = testContext();
  const log = await EventLog.open(directory, { maxBytes: 8 << 20, memory: 1000, ...config }, context);
  onTestFinished(() => log.stop());
  return { log, directory, lines: context.lines };
}

const all = { types: undefined };
const names = (found: { entries: readonly { event: object }[] }) =>
  found.entries.map(({ event }) => ("group" in event ? event.group : "?"));

async function write(log: EventLog, count: number, prefix = "g"): Promise<void> {
  for (let number = 0; number < count; number += 1) log.publish(group(`${prefix}${number}`));
  await new Promise<void>((resolve) => setImmediate(resolve));
}

describe("the log of events", () => {
  it("numbers them, and gives what came after a number", async () => {
    const { log } = await openLog();
    await write(log, 5);
    const found = await log.after(2, all, 2);
    expect(log.sequence).toBe(5);
    expect([names(found), found.next, found.gap]).toEqual([["g2", "g3"], 4, false]);
    expect(names(await log.after(4, all, 10))).toEqual(["g4"]);
    expect(names(await log.after(99, all, 10))).toEqual([]);
  });

  it("goes on with its numbers after a restart, and has the old ones", async () => {
    const { log, directory } = await openLog();
    await write(log, 3);
    await log.stop();
    const again = await openLog(directory);
    expect(again.log.sequence).toBe(3);
    again.log.publish(group("new"));
    expect(names(await again.log.after(1, all, 10))).toEqual(["g1", "g2", "new"]);
  });

  it("never gives a number twice after a crash, and cuts half a line off", async () => {
    const { log, directory } = await openLog();
    await write(log, 3);
    const [file = ""] = await until(() => {
      const found = readdirSync(directory).filter((name) => name.endsWith(".jsonl"));
      return (
        found.length === 1 && readFileSync(join(directory, found[0] ?? ""), "utf8").includes("g2") && found
      );
    });
    appendFileSync(join(directory, file), '{"seq":4,"type":"gro');
    const again = await openLog(directory);
    expect(again.log.sequence).toBeGreaterThan(100);
    again.log.publish(group("after"));
    expect(names(await again.log.after(2, all, 10))).toEqual(["g2", "after"]);
    await again.log.stop();
    expect(readFileSync(join(directory, file), "utf8").split("\n").filter(Boolean)).toHaveLength(5);
  });

  it("reads from disk what memory no longer has", async () => {
    const { log } = await openLog(undefined, { memory: 10 });
    await write(log, 50);
    const found = await until(async () => {
      const page = await log.after(0, all, 100);
      return page.entries.length === 50 && page;
    });
    expect([names(found)[0], names(found).at(-1), found.gap]).toEqual(["g0", "g49", false]);
  });

  it("tells of a gap when what was asked for is gone, and keeps no more than it may", async () => {
    const { log, directory } = await openLog(undefined, { memory: 10, maxBytes: 64 << 10 });
    for (let round = 0; round < 40; round += 1) {
      await write(log, 50, "x".repeat(60));
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await log.stop();
    const bytes = readdirSync(directory).map((name) => readFileSync(join(directory, name)).length);
    expect(bytes.reduce((sum, one) => sum + one)).toBeLessThanOrEqual(72 << 10);
    const found = await log.after(0, all, 5);
    expect([found.gap, found.entries.length]).toEqual([true, 5]);
  });

  it("finds the newest of a type, also on disk", async () => {
    const { log, directory } = await openLog();
    log.publish(group("first"));
    for (let count = 0; count < 30; count += 1)
      log.publish({ type: "collector", collector: "a", state: "OK", oldState: "ERROR", log: "" });
    await log.stop();
    const again = await openLog(directory, { memory: 10 });
    again.log.publish(group("last"));
    const found = await again.log.newest("group", 10);
    expect(found.map((event) => (event.type === "group" ? event.group : "?"))).toEqual(["first", "last"]);
  });

  it("passes over lines that cannot be read, and says how many", async () => {
    const { log, directory } = await openLog();
    await write(log, 2);
    await log.stop();
    const [file = ""] = readdirSync(directory).filter((name) => name.endsWith(".jsonl"));
    appendFileSync(join(directory, file), "not json\n[]\n");
    const again = await openLog(directory);
    expect(names(await again.log.after(0, all, 10))).toEqual(["g0", "g1"]);
    expect(again.lines.join("\n")).toContain("some events cannot be read");
  });

  it("works without a disk, and says so once", async () => {
    const directory = directoryOfTest();
    writeFileSync(join(directory, "file"), "");
    const { log, lines } = await openLog(join(directory, "file", "below"));
    await write(log, 3);
    expect(names(await log.after(0, all, 10))).toEqual(["g0", "g1", "g2"]);
    expect(lines.filter((line) => line.includes("not kept"))).toHaveLength(1);
  });

  it("a listener that throws hurts nobody", async () => {
    const { log, lines } = await openLog();
    const heard: number[] = [];
    log.on(() => {
      throw new Error("mine");
    });
    const forget = log.on(({ seq }) => heard.push(seq));
    log.publish(group("a"));
    await log.after(0, all, 10);
    forget();
    log.publish(group("b"));
    await log.after(0, all, 10);
    expect([heard, lines.join("\n").includes("mine")]).toEqual([[1], true]);
  });
});

describe("following", () => {
  it("gives what was and what comes, in order, until it is ended", async () => {
    const { log } = await openLog();
    await write(log, 2);
    const ending = new AbortController();
    const seen: string[] = [];
    const following = (async () => {
      for await (const one of log.follow({ after: 0, filter: { match: "g*" } }, ending.signal))
        if ("event" in one && "group" in one.event) seen.push(one.event.group);
    })();
    await until(() => seen.length === 2);
    log.publish(group("other"));
    log.publish(group("g9"));
    await until(() => seen.length === 3);
    expect(seen).toEqual(["g0", "g1", "g9"]);
    ending.abort();
    await following;
  });

  it("listens once for its end, however long it goes on", async () => {
    const { log } = await openLog();
    const ending = new AbortController();
    let seen = 0;
    const following = (async () => {
      for await (const _ of log.follow({ after: 0, filter: all }, ending.signal)) seen += 1;
    })();
    for (let count = 1; count <= 20; count += 1) {
      await write(log, 1);
      await until(() => seen === count);
    }
    expect(abortListeners(ending.signal)).toBe(1);
    ending.abort();
    await following;
    expect(abortListeners(ending.signal)).toBe(0);
  });

  it("ends when the log is stopped", async () => {
    const { log } = await openLog();
    const following = (async () => {
      for await (const one of log.follow({ after: undefined, filter: all }, new AbortController().signal))
        void one;
      return "ended";
    })();
    await log.stop();
    expect(await following).toBe("ended");
  });

  it("tells a reader that was too slow how many it missed", async () => {
    const directory = directoryOfTest();
    writeFileSync(join(directory, "file"), "");
    const { log } = await openLog(join(directory, "file", "none"), { memory: 10 });
    const reader = log.follow({ after: 0, filter: all }, new AbortController().signal);
    await write(log, 1);
    const first = await reader.next();
    await write(log, 30, "later");
    const second = await reader.next();
    const third = await reader.next();
    expect([names({ entries: [first.value as { event: object }] }), second.value]).toEqual([
      ["g0"],
      { missed: 20, wire: '{"missed":20}' },
    ]);
    expect(names({ entries: [third.value as { event: object }] })).toEqual(["later20"]);
  });

  it.each([
    [{ types: new Set(["group"] as const) }, 2],
    [{ match: "web*" }, 1],
    [{ match: "nothing" }, 0],
  ])("filters by %o", async (filter, count) => {
    const { log } = await openLog();
    log.publish(group("web1"));
    log.publish({ type: "collector", collector: "cpu", state: "OK", oldState: "ERROR", log: "" });
    log.publish(group("db1"));
    expect((await log.after(0, filter, 10)).entries).toHaveLength(count);
  });
});

describe("numbers that a crash passed over", () => {
  it("do not keep a reader running, who hears of the next event", async () => {
    const { log, directory } = await openLog();
    await write(log, 2);
    await until(() => readdirSync(directory).some((name) => name.endsWith(".jsonl")));
    await new Promise((resolve) => setTimeout(resolve, 50));
    const again = await openLog(directory);
    const seen: string[] = [];
    const ending = new AbortController();
    const following = (async () => {
      for await (const one of again.log.follow({ after: 0, filter: all }, ending.signal))
        if ("event" in one && "group" in one.event) seen.push(one.event.group);
    })();
    await until(() => seen.length === 2);
    again.log.publish(group("next"));
    await until(() => seen.length === 3);
    ending.abort();
    await following;
    expect(seen).toEqual(["g0", "g1", "next"]);
  });

  it("are told from a mark that says nothing", async () => {
    const { log, directory } = await openLog();
    await write(log, 2);
    await log.stop();
    writeFileSync(join(directory, "clean"), "what?");
    const again = await openLog(directory);
    expect(again.log.publish(group("x")).seq).toBe(1003);
  });
});
