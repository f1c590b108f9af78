// Collector `processgroups`, on processes that are written down and on the one that runs the tests.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { systemClock } from "../../kernel/clock.ts";
import type { Reading } from "../collector.ts";
import { createHostFiles } from "../host-files.ts";
import type { ProcessGroupsSample } from "./measuring/process-usage.ts";
import { processGroups } from "./process-groups.ts";
import { processes } from "./processes.ts";

interface Written {
  readonly pid: number;
  readonly name: string;
  readonly exe?: string;
  readonly ticks?: number;
  readonly state?: string;
  readonly io?: readonly [number, number];
  readonly descriptors?: number;
  readonly startTicks?: number;
}

function put(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function writeHost(root: string, ticks: number, all: readonly Written[]): void {
  rmSync(join(root, "proc"), { recursive: true, force: true });
  put(join(root, "proc/stat"), `cpu ${ticks} 0 0 0 0 0 0 0 0 0\ncpu0 1 0 0 0\ncpu1 1 0 0 0\n`);
  for (const { pid, name, exe, ticks: own = 0, state = "S", io, descriptors = 0, startTicks = 5 } of all) {
    const folder = join(root, `proc/${pid}`);
    const pages = exe === undefined ? 0 : 100;
    put(
      join(folder, "stat"),
      `${pid} (${name}) ${state} 1 1 1 0 -1 0 0 0 0 0 ${own} 0 0 0 20 0 2 0 ${startTicks} 1000 ${pages} 1 1 1\n`,
    );
    if (exe === undefined) continue;
    symlinkSync(exe, join(folder, "exe"));
    put(join(folder, "status"), `Name:\t${name}\nVmRSS:\t   1024 kB\n`);
    if (io !== undefined) put(join(folder, "io"), `read_bytes: ${io[0]}\nwrite_bytes: ${io[1]}\n`);
    for (let number = 0; number < descriptors; number += 1) put(join(folder, `fd/${number}`), "");
  }
}

const groups = [
  { name: "web", match: "/usr/sbin/nginx" },
  { name: "odd", match: "a) R 1 (b" },
  { name: "long", match: "a-command-with-a-long-name" },
  { name: "none", match: "/usr/bin/none" },
];

async function sampleOf(root: string): Promise<ProcessGroupsSample> {
  const needs = { host: createHostFiles(root), clock: systemClock, signal: new AbortController().signal };
  return (await processGroups.read(processGroups.config.parse({ groups }), needs)) as ProcessGroupsSample;
}

const nginx = { name: "nginx", exe: "/usr/sbin/nginx", descriptors: 3 };

describe("processgroups", () => {
  it("adds up the processes of an executable", async () => {
    const root = directoryOfTest();
    writeHost(root, 1000, [
      { pid: 1, name: "init", exe: "/sbin/init" },
      { pid: 2, name: "kthreadd" },
      { ...nginx, pid: 10, ticks: 100, io: [1000, 2000] },
      { ...nginx, pid: 11, ticks: 100, io: [0, 0] },
    ]);
    const earlier = await sampleOf(root);
    writeHost(root, 1200, [
      { ...nginx, pid: 10, ticks: 130, io: [21_000, 2000] },
      { ...nginx, pid: 11, ticks: 120, io: [0, 5000], exe: "/usr/sbin/nginx (deleted)" },
      { ...nginx, pid: 12, ticks: 90, io: [7, 7] },
    ]);
    const reading = processGroups.measure(await sampleOf(root), { sample: earlier, elapsedMs: 10_000 });
    expect(reading?.["web"]).toEqual({
      count: 3,
      threads: 6,
      rss: 3 * 1024 * 1024,
      fds: 9,
      cpu: 50,
      "read_bytes/s": 2000,
      "write_bytes/s": 500,
    });
    expect(reading?.["none"]).toEqual({ count: 0, threads: 0, rss: 0, fds: 0, cpu: 0 });
  });

  it("knows commands by their names, also odd and long ones", async () => {
    const root = directoryOfTest();
    writeHost(root, 1000, [
      { pid: 20, name: "a) R 1 (b", exe: "/bin/odd" },
      { pid: 21, name: "a-command-with-", exe: "/bin/long" },
    ]);
    const { groups: found } = await sampleOf(root);
    expect([...found].map(([name, own]) => [name, own.size])).toEqual([
      ["web", 0],
      ["odd", 1],
      ["long", 1],
      ["none", 0],
    ]);
  });

  it("does not take a process for the one whose pid it got", async () => {
    const root = directoryOfTest();
    writeHost(root, 1000, [{ ...nginx, pid: 10, ticks: 100, startTicks: 5 }]);
    const earlier = await sampleOf(root);
    writeHost(root, 1200, [{ ...nginx, pid: 10, ticks: 150, startTicks: 900 }]);
    const reading = processGroups.measure(await sampleOf(root), { sample: earlier, elapsedMs: 10_000 });
    expect(reading?.["web"]).toMatchObject({ count: 1, cpu: 0 });
  });

  it("says nothing of descriptors and traffic that it may not see", async () => {
    const root = directoryOfTest();
    writeHost(root, 1000, [{ ...nginx, pid: 10, descriptors: 0 }]);
    const sample = await sampleOf(root);
    const reading = processGroups.measure(sample, { sample, elapsedMs: 10_000 })?.["web"] as Reading;
    expect(Object.keys(reading)).toEqual(["count", "threads", "rss"]);
  });

  it("finds the process that runs this test", async () => {
    const own = { name: "self", match: process.execPath };
    const needs = { host: createHostFiles(), clock: systemClock, signal: new AbortController().signal };
    const sample = (await processGroups.read({ groups: [own] }, needs)) as ProcessGroupsSample;
    const self = [...(sample.groups.get("self") ?? [])].find(([key]) => key.startsWith(`${process.pid}:`));
    expect(self?.[1].residentBytes).toBeGreaterThan(10_000_000);
    expect(self?.[1].descriptors).toBeGreaterThan(3);
    expect(basename(process.execPath)).toBe("node");
  });
});

describe("processes", () => {
  it("counts states, and yields to others on the way", async () => {
    const root = directoryOfTest();
    const states = [..."RSSDZTtI"].map((state, place) => ({ pid: place + 1, name: "x", state }));
    const many = Array.from({ length: 500 }, (_, place) => ({ pid: place + 100, name: "y" }));
    writeHost(root, 1, [...states, ...many]);
    let turns = 0;
    const counting = setInterval(() => {
      turns += 1;
    }, 0);
    const needs = { host: createHostFiles(root), clock: systemClock, signal: new AbortController().signal };
    const sample = await processes.read({}, needs);
    clearInterval(counting);
    expect(processes.measure(sample, undefined)).toEqual({
      total: 508,
      threads: 1016,
      running: 1,
      sleeping: 502,
      blocked: 1,
      zombies: 1,
      stopped: 2,
      idle: 1,
    });
    expect(turns).toBeGreaterThan(0);
  });

  it("stops when its deadline passed", async () => {
    const needs = { host: createHostFiles(), clock: systemClock, signal: AbortSignal.abort() };
    await expect(processes.read({}, needs)).rejects.toThrow(/abort/i);
  });
});
