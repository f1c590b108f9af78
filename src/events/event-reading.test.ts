// What readers of the log find: pages, the newest of a type, single events, filters, and what is gone.
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { checkFacts } from "../../test/handlers/open-handlers.ts";
import { testContext } from "../../test/support/context.ts";
import { directoryOfTest } from "../../test/support/temporary.ts";
import type { AgentEvent, Happening } from "../event/index.ts";
import type { EventFilter } from "./event-filter.ts";
import { EventLog } from "./event-log.ts";

const group = (name: string): Happening => ({ type: "group", change: "add", group: name });

async function openLog(directory = directoryOfTest(), config = {}) {
  const context = testContext();
  const log = await EventLog.open(directory, { maxBytes: 64 << 10, memory: 10, ...config }, context);
  onTestFinished(() => log.stop());
  return { log, directory, text: () => context.lines.join("") };
}

async function show(log: EventLog, count: number, name = "g"): Promise<void> {
  for (let number = 1; number <= count; number += 1) log.publish(group(`${name}${number}`));
  await log.after(log.sequence, {}, 1);
}

/** Files of about 8 KiB each. */
async function fill(log: EventLog, files: number): Promise<void> {
  for (let count = 0; count < files * 4; count += 1) await show(log, 1, "x".repeat(2100));
}

const numbers = (found: { entries: readonly { event: AgentEvent }[] }) =>
  found.entries.map(({ event }) => event.seq);
const upTo = (last: number) => Array.from({ length: last }, (_, place) => place + 1);
const filesIn = (directory: string) => readdirSync(directory).filter((name) => name.endsWith(".jsonl"));

async function numbersSince(log: EventLog, sequence: number): Promise<number[]> {
  const all: number[] = [];
  for await (const { seq } of log.since(sequence)) all.push(seq);
  return all;
}

describe("a page", () => {
  it.each([
    ["in memory", 1000],
    ["on disk", 10],
  ])("of events %s begins and ends where it is told to", async (_, memory) => {
    const { log } = await openLog(undefined, { memory });
    await show(log, 30);
    for (const [after, limit, first, last] of [
      [0, 100, 1, 30],
      [0, 30, 1, 30],
      [0, 29, 1, 29],
      [5, 3, 6, 8],
      [19, 5, 20, 24],
      [20, 5, 21, 25],
      [18, 30, 19, 30],
    ] as const) {
      const found = await log.after(after, {}, limit);
      expect(numbers(found)).toEqual(upTo(last).slice(first - 1));
      expect([found.next, found.gap]).toEqual([last, false]);
    }
    expect(await log.after(30, {}, 5)).toEqual({ entries: [], next: 30, gap: false });
    expect(await log.after(31, {}, 5)).toEqual({ entries: [], next: 30, gap: false });
  });

  it("is found also of more events than are looked at in one go, and one by one", async () => {
    const { log } = await openLog();
    await show(log, 450);
    expect(await numbersSince(log, 0)).toEqual(upTo(450));
    expect(await numbersSince(log, 449)).toEqual([450]);
    expect(await numbersSince(log, 450)).toEqual([]);
    expect((await log.at(1))?.seq).toBe(1);
    expect((await log.at(450))?.seq).toBe(450);
    expect(await log.at(451)).toBeUndefined();
  });

  it("is found over several files, and says when its beginning is gone", async () => {
    const { log, directory } = await openLog();
    await fill(log, 5);
    expect(filesIn(directory).length).toBeGreaterThan(3);
    expect(numbers(await log.after(0, {}, 100))).toEqual(upTo(20));
    await fill(log, 10);
    const found = await log.after(0, {}, 100);
    const [first = 0] = numbers(found);
    expect([found.gap, numbers(found)]).toEqual([true, upTo(60).slice(first - 1)]);
    expect(first).toBe(Number(filesIn(directory)[0]?.slice(0, 15)));
    expect((await log.after(first - 1, {}, 1)).gap).toBe(false);
    expect((await log.after(first - 2, {}, 1)).gap).toBe(true);
    expect(await log.at(first - 1)).toBeUndefined();
    const bytes = filesIn(directory).reduce(
      (sum, name) => sum + readFileSync(join(directory, name)).length,
      0,
    );
    expect(bytes).toBeLessThanOrEqual(64 << 10);
    expect(bytes).toBeGreaterThan(40 << 10);
  });
});

it("a file that somebody removed keeps nothing from being written", async () => {
  const { log, directory, text } = await openLog();
  await fill(log, 2);
  rmSync(join(directory, filesIn(directory)[0] ?? ""));
  await fill(log, 10);
  expect([text(), filesIn(directory).length > 3]).toEqual(["", true]);
});

describe("the newest of a type", () => {
  it("are as many as are asked for, oldest first, from memory and disk", async () => {
    const { log } = await openLog();
    await show(log, 30);
    const found = async (limit: number) => (await log.newest("group", limit)).map(({ seq }) => seq);
    expect(await found(3)).toEqual([28, 29, 30]);
    expect(await found(10)).toEqual(upTo(30).slice(20));
    expect(await found(11)).toEqual(upTo(30).slice(19));
    expect(await found(100)).toEqual(upTo(30));
    expect(await log.newest("node", 5)).toEqual([]);
  });
});

describe("a filter", () => {
  const happenings: readonly Happening[] = [
    { type: "check", check: checkFacts({ state: "critical" }) },
    { type: "check", check: checkFacts({ state: "ok" }), held: "downtime" } as Happening,
    group("linux"),
  ];

  it.each<[EventFilter, number[]]>([
    [{}, [1, 2, 3]],
    [{ told: false }, [1, 2, 3]],
    [{ told: true }, [1, 3]],
    [{ states: new Set(["ok"]) }, [2, 3]],
    [{ states: new Set(["critical"]), types: new Set(["check"]) }, [1]],
    [{ types: new Set(["group"]) }, [3]],
    [{ match: "lin?x" }, [3]],
  ])("%o leaves %o", async (filter, expected) => {
    const { log } = await openLog();
    for (const happening of happenings) log.publish(happening);
    const found = await log.after(0, filter, 10);
    expect([numbers(found), found.next]).toEqual([expected, 3]);
  });
});

describe("a start", () => {
  const last = (directory: string) => join(directory, filesIn(directory).at(-1) ?? "");

  it("knows how the agent before it ended", async () => {
    const { log, directory } = await openLog();
    expect([log.before, log.sequence]).toEqual(["nothing", 0]);
    await show(log, 2);
    await log.stop();
    const orderly = await openLog(directory);
    expect([orderly.log.before, orderly.log.sequence, orderly.text()]).toEqual(["stopped", 2, ""]);
    expect(readdirSync(directory)).not.toContain("clean");
    const broken = await openLog(directory);
    expect([broken.log.before, broken.log.sequence, broken.text()]).toEqual(["broken-off", 1002, ""]);
  });

  it("cuts half a line off, and nothing of a whole one", async () => {
    const { log, directory } = await openLog();
    await show(log, 3);
    await log.stop();
    const whole = readFileSync(last(directory), "utf8");
    for (const half of ["", "0", '00000000 {"seq":4,"type":"group"']) {
      appendFileSync(last(directory), half);
      const { log: next, text } = await openLog(directory);
      expect([readFileSync(last(directory), "utf8"), text()]).toEqual([whole, ""]);
      await next.stop();
    }
  });

  it("says that the end is lost, and gives no number of it again", async () => {
    const { log, directory } = await openLog();
    await show(log, 3);
    await log.stop();
    const [whole = ""] = readFileSync(last(directory), "utf8").split(/(?<=\n)(?=[^\n]*"seq":3)/);
    truncateSync(last(directory), whole.length);
    const { log: next, text } = await openLog(directory);
    expect(text()).toContain("the last that can be read is 2, and there were 3");
    expect(next.publish(group("x")).seq).toBe(4);
  });

  it("says which file has lost something, also when it is the next start that finds it", async () => {
    const { log, directory } = await openLog();
    await fill(log, 2);
    await log.stop();
    const [first = ""] = filesIn(directory);
    const bytes = readFileSync(join(directory, first)).length;
    appendFileSync(join(directory, first), "\n");
    expect((await openLog(directory)).text()).toContain(
      `${bytes + 1} bytes are left of ${bytes}, which held the events 1 to 4`,
    );
  });

  it("sets aside what is no file, and has the other events", async () => {
    const { log, directory } = await openLog();
    await fill(log, 3);
    await log.stop();
    const [first = "", second = ""] = filesIn(directory);
    rmSync(join(directory, first));
    mkdirSync(join(directory, first));
    const { log: next, text } = await openLog(directory);
    expect(text()).toContain("it is no file; it was set aside as");
    expect(readdirSync(directory).some((name) => name.startsWith(`${first}.damaged-`))).toBe(true);
    const found = await next.after(0, {}, 100);
    expect([numbers(found)[0], found.gap]).toEqual([Number(second.slice(0, 15)), true]);
  });

  it("goes on after the name of a file that is empty", async () => {
    const { log, directory } = await openLog();
    await fill(log, 2);
    await log.stop();
    rmSync(join(directory, "clean"));
    const name = Number(filesIn(directory).at(-1)?.slice(0, 15));
    writeFileSync(last(directory), "");
    expect((await openLog(directory)).log.sequence).toBe(name - 1 + 1000);
  });

  it("takes the newest into memory, and goes on with the newest file", async () => {
    const { log, directory } = await openLog();
    await show(log, 25);
    await log.stop();
    const { log: next } = await openLog(directory);
    for (const name of filesIn(directory)) rmSync(join(directory, name));
    expect(numbers(await next.after(0, {}, 100))).toEqual(upTo(25).slice(15));
    await show(next, 1);
    expect(filesIn(directory)).toEqual([]);
  });
});
