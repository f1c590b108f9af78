import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import fc from "fast-check";
import { build } from "rolldown";
import { describe, expect, it, onTestFinished } from "vitest";
import { testContext } from "../../../test/support/context.ts";
import { fakeClock } from "../../../test/support/fake-clock.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { type History, historyConfig, openHistory } from "./index.ts";

const hourMs = 3_600_000;
const start = 2_800 * 168 * hourMs;
const seriesCount = 70;
const beats = 300;
const valueAt = (series: number, beat: number) => (series % 3 === 0 ? series : (series * beat) / 100);
const names = Array.from({ length: seriesCount }, (_, series) => `series.${series}`);

async function open(directory: string, nowMs = start + hourMs) {
  const { log, telemetry, lines } = testContext();
  const config = historyConfig.parse({ flush_every: "1d", resolutions: ["10s:1d", "1m:3d"] });
  const clock = fakeClock(nowMs);
  const history = await openHistory(config, { clock, log, telemetry, directory });
  onTestFinished(() => history.stop());
  return { history, clock, lines };
}

function record(history: History, series: readonly number[], beat: number): void {
  const timestampMs = start + beat * 10_000;
  const metrics = series.map((number) => ({
    name: names[number] ?? "",
    tags: {},
    value: valueAt(number, beat),
    timestampMs,
  }));
  history.record({ origin: "collectors", host: "", timestampMs, metrics });
}

const all = names.map((_, series) => series);

/** A directory with a log of so many frames, and, when asked, with the block made of it instead. */
async function prepared(frames: number, sealed = false): Promise<string> {
  const directory = directoryOfTest();
  const { history, clock } = await open(directory);
  for (let beat = 0; beat < beats; beat += 1) {
    record(history, all, beat);
    if ((beat + 1) % (beats / frames) === 0) await history.flush();
  }
  if (sealed) await clock.advance(3 * hourMs);
  await history.flush();
  await history.stop();
  return directory;
}

/** How many points of each series are there; fails where one has another value than was recorded. */
async function found(history: History): Promise<number[]> {
  const counts: number[] = [];
  for (const series of all) {
    const query = { key: names[series] ?? "", fromMs: start, toMs: start + hourMs };
    const { points } = await history.query(query);
    for (const { timeMs, value } of points) expect(value).toBe(valueAt(series, (timeMs - start) / 10_000));
    counts.push(points.length);
  }
  return counts;
}

const whole = all.map(() => beats);
const logName = `${start}-0.head`;
const blockName = `${start}-0.block`;

/** The directory again, with one file changed. */
function changed(directory: string, name: string, change: (path: string) => void): string {
  const copy = directoryOfTest();
  cpSync(directory, copy, { recursive: true });
  change(join(copy, "10s", name));
  return copy;
}

function flip(path: string, place: number): void {
  const bytes = readFileSync(path);
  bytes[place] = (bytes[place] ?? 0) ^ 0x10;
  writeFileSync(path, bytes);
}

describe("the log of what is in memory", () => {
  it("may end anywhere: what was written before is there, and it goes on", async () => {
    const directory = await prepared(5);
    const size = readFileSync(join(directory, "10s", logName)).length;
    for (const left of [0, 1, 15, 16, 17, 30, size >> 1, size - 1]) {
      const torn = changed(directory, logName, (path) => truncateSync(path, left));
      const first = await open(torn);
      const counts = await found(first.history);
      expect(new Set(counts).size).toBe(1);
      expect(counts[0]).toBe(left <= 30 ? 0 : Math.floor(beats / 5) * (left === size - 1 ? 4 : 2));
      record(first.history, all, beats);
      await first.history.stop();
      const second = await open(torn);
      expect(await found(second.history)).toEqual(counts.map((count) => count + 1));
      expect(second.lines.filter((line) => line.includes("torn"))).toEqual([]);
    }
  });

  it.each([
    ["zeros", Buffer.alloc(4096)],
    ["half a frame's head", Buffer.from([200, 1, 0])],
  ])("may end with %s", async (_, tail) => {
    const directory = await prepared(5);
    const torn = changed(directory, logName, (path) => appendFileSync(path, tail));
    const { history, lines } = await open(torn);
    expect(await found(history)).toEqual(whole);
    expect(lines.filter((line) => line.includes("torn"))).toHaveLength(1);
  });

  it("is set aside when it is damaged: what stands before the damage is kept", async () => {
    const directory = await prepared(5);
    const size = readFileSync(join(directory, "10s", logName)).length;
    for (let place = 0; place < size; place += Math.ceil(size / 25)) {
      const damaged = changed(directory, logName, (path) => flip(path, place));
      const { history, lines } = await open(damaged);
      const counts = await found(history);
      expect(new Set(counts).size).toBe(1);
      expect((counts[0] ?? 0) % (beats / 5)).toBe(0);
      if (place >= 16 || place < 9) expect(lines.join("")).toMatch(/damaged|torn|newer/);
      await history.stop();
      const again = await open(damaged);
      expect(await found(again.history)).toEqual(counts);
    }
  });

  it("is removed when its block was finished already", async () => {
    const directory = await prepared(5);
    const copy = changed(directory, logName, () => undefined);
    const sealing = await open(copy, start + 3 * hourMs);
    await sealing.clock.advance(hourMs);
    await sealing.history.flush();
    await sealing.history.stop();
    copyFileSync(join(directory, "10s", logName), join(copy, "10s", logName));
    const { history } = await open(copy, start + 3 * hourMs);
    expect(readdirSync(join(copy, "10s"))).toEqual([blockName]);
    expect(history.figures().points).toBe(seriesCount * beats);
    expect(await found(history)).toEqual(whole);
  });
});

describe("a block", () => {
  it("that is damaged anywhere stops nothing: what is sound is given, and the damage is told", async () => {
    const directory = await prepared(1, true);
    const size = readFileSync(join(directory, "10s", blockName)).length;
    for (let place = 0; place < size; place += Math.ceil(size / 60)) {
      const damaged = changed(directory, blockName, (path) => flip(path, place));
      const { history, lines, clock } = await open(damaged, start + 4 * hourMs);
      const counts = await found(history);
      expect(counts.every((count) => count === 0 || count === beats)).toBe(true);
      await history.series();
      if (counts.includes(0)) expect(lines.join("")).toMatch(/damaged|newer/);
      await clock.advance(30 * hourMs);
      await history.flush();
      await history.stop();
    }
  });

  it("that is cut or empty is set aside under another name", async () => {
    const directory = await prepared(1, true);
    const size = readFileSync(join(directory, "10s", blockName)).length;
    for (const left of [0, 20, 40, 84, size >> 1, size - 1]) {
      const cut = changed(directory, blockName, (path) => truncateSync(path, left));
      const { history, lines } = await open(cut, start + 4 * hourMs);
      expect(readdirSync(join(cut, "10s"))).toEqual([`${blockName}.damaged`]);
      expect(lines.filter((line) => line.includes("[error]"))).toHaveLength(1);
      expect(new Set(await found(history))).toEqual(new Set([0]));
    }
  });

  it("of a newer program is left alone and told, and so is its log", async () => {
    const directory = await prepared(1, true);
    const newer = (path: string) => {
      const bytes = readFileSync(path);
      bytes[8] = 9;
      writeFileSync(path, bytes);
    };
    const copy = changed(directory, blockName, newer);
    copyFileSync(join(await prepared(1), "10s", logName), join(copy, "10s", `${start + 2 * hourMs}-0.head`));
    newer(join(copy, "10s", `${start + 2 * hourMs}-0.head`));
    const before = readFileSync(join(copy, "10s", blockName));
    const { history, lines, clock } = await open(copy, start + 2.5 * hourMs);
    record(history, all, 10);
    record(history, all, 750);
    await clock.advance(5 * hourMs);
    await history.flush();
    expect(lines.filter((line) => line.includes("newer program"))).toHaveLength(2);
    expect(readFileSync(join(copy, "10s", blockName)).equals(before)).toBe(true);
    expect(readdirSync(join(copy, "10s")).sort()).toEqual(
      [blockName, `${start}-1.block`, `${start + 2 * hourMs}-0.head`, `${start + 2 * hourMs}-1.block`].sort(),
    );
  });

  it("may be anything at all", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (bytes, isBlock) => {
        const directory = directoryOfTest();
        mkdirSync(join(directory, "10s"));
        const own = await prepared(1, isBlock);
        const good = readFileSync(join(own, "10s", isBlock ? blockName : logName)).subarray(0, 9);
        writeFileSync(join(directory, "10s", isBlock ? blockName : logName), Buffer.concat([good, bytes]));
        const { history } = await open(directory);
        await found(history);
        await history.stop();
      }),
      { numRuns: 15 },
    );
  });
});

/** A program that records, flushes and says which beat is on disk, until it is killed. */
async function recorder(directory: string): Promise<string> {
  const source = (path: string) => JSON.stringify(join(import.meta.dirname, path));
  const input = join(directory, "recorder.ts");
  writeFileSync(
    input,
    `import { historyConfig, openHistory } from ${source("index.ts")};
    import { systemClock } from ${source("../../kernel/clock.ts")};
    import { createTelemetry } from ${source("../../kernel/telemetry.ts")};
    const log = { debug() {}, info() {}, warning() {}, error() {}, fatal() {}, writes: () => false, child: () => log };
    const [directory, start, first] = process.argv.slice(2);
    const config = historyConfig.parse({ resolutions: ["1s:1d", "10s:10d"], flush_every: "1s", max_series: 50 });
    const history = await openHistory(config, { clock: systemClock, log, telemetry: createTelemetry(), directory });
    for (let beat = Number(first); ; beat += 1) {
      const timestampMs = Number(start) + beat * 1000;
      const metrics = Array.from({ length: 50 }, (_, n) => ({
        name: "series." + n, tags: {}, value: n % 2 ? n : n * beat, timestampMs,
      }));
      history.record({ origin: "append", host: "", timestampMs, metrics });
      if (beat % 7 !== 0) continue;
      await history.flush();
      process.stdout.write(beat + "\\n");
    }`,
  );
  const file = join(directory, "recorder.mjs");
  await build({ input, platform: "node", output: { file, format: "esm" }, logLevel: "silent" });
  return file;
}

it("loses nothing that was flushed when it is killed, again and again", async () => {
  const directory = directoryOfTest();
  const program = await recorder(directory);
  const place = join(directory, "history");
  // Spans of ten minutes: blocks are made while it runs, since a fourth span is needed every ten minutes of points.
  const firstMs = Math.floor((Date.now() - 6 * hourMs) / 600_000) * 600_000;
  let next = 0;
  for (const lines of [1, 40, 3, 250, 90]) {
    const child = spawn(process.execPath, [program, place, String(firstMs), String(next)]);
    const ended = once(child, "close");
    let flushed = -1;
    let left = lines;
    for await (const line of createInterface({ input: child.stdout })) {
      flushed = Number(line);
      left -= 1;
      if (left === 0) child.kill("SIGKILL");
    }
    await ended;
    expect(left).toBeLessThanOrEqual(0);
    const { log, telemetry, lines: told } = testContext();
    const config = historyConfig.parse({
      resolutions: ["1s:1d", "10s:10d"],
      flush_every: "1d",
      max_series: 50,
    });
    const clock = { ...fakeClock(Date.now()) };
    const history = await openHistory(config, { clock, log, telemetry, directory: place });
    for (const number of [0, 1, 24, 49]) {
      const query = { key: `series.${number}`, fromMs: firstMs, toMs: firstMs + (flushed + 1) * 1000 };
      const { points } = await history.query(query);
      expect(points.map(({ value }) => value)).toEqual(
        Array.from({ length: flushed + 1 }, (_, beat) => (number % 2 ? number : number * beat)),
      );
    }
    expect(told.filter((line) => line.includes("[error]"))).toEqual([]);
    await history.stop();
    next = flushed + 1;
  }
  expect(readdirSync(join(place, "1s")).filter((name) => name.endsWith(".block")).length).toBeGreaterThan(0);
});
