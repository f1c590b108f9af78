// Loda's measurements: names, order and figures as its own agent sends them (contract loda §6, §11).
import { chmodSync, mkdirSync, readdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { abortListeners } from "../../../test/support/abort-listeners.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import type { DiskCounters } from "../../formats/proc/diskstats.ts";
import { parseMeminfo } from "../../formats/proc/meminfo.ts";
import { parseNetDev } from "../../formats/proc/net-dev.ts";
import { parseSockstat } from "../../formats/proc/sockstat.ts";
import { parseStat } from "../../formats/proc/stat.ts";
import { systemClock } from "../../kernel/clock.ts";
import { hostCollectors } from "../collectors/index.ts";
import { createHostFiles, type FileSystemFigures } from "../host-files.ts";
import {
  groupsOfRows,
  type LastSamples,
  type LodaPoint,
  type LodaSettings,
  type LodaType,
  lodaMeasurements,
  lodaTypes,
  type ProcessGroupsSample,
  portPoints,
  probeFileSystems,
  processPoints,
  readProcessGroups,
} from "./index.ts";
import { cut } from "./point.ts";

type Samples = Readonly<Record<string, LastSamples>>;

function pair(sample: unknown, earlier?: unknown, elapsedMs = 10_000): LastSamples {
  return { sample, earlier: earlier === undefined ? undefined : { sample: earlier, elapsedMs } };
}

/** As a golden sample is written: `name{tag=value}=number`. */
function shown({ name, tags, value }: LodaPoint): string {
  const inside = Object.entries(tags).map(([tag, text]) => `${tag}=${text}`);
  return `${name}${inside.length > 0 ? `{${inside.join(",")}}` : ""}=${value}`;
}

function measured(type: LodaType, samples: Samples, settings?: LodaSettings): string[] {
  return lodaMeasurements(type, (collector) => samples[collector], settings).map(shown);
}

const statAt = (all: number[], core0: number[], core1: number[]) => ({
  cpus: parseStat(`cpu ${all.join(" ")}\ncpu0 ${core0.join(" ")}\ncpu1 ${core1.join(" ")}\n`).cpus,
});
const none = [0, 0, 0, 0];

describe("CPU", () => {
  const now = statAt([6145, 0, 0, 3855], [6109, 0, 0, 3891], [6187, 0, 0, 3813]);
  const samples: Samples = {
    cpustats: pair(now, statAt(none, none, none)),
    loadaverage: pair({ load1: 5.27, load5: 3.46, load15: 1.81 }),
    processes: pair({
      total: 124,
      threads: 300,
      states: new Map([
        ["Z", 1],
        ["R", 4],
        ["S", 119],
      ]),
    }),
  };

  it("is the golden sample", () => {
    expect(measured("CPU", samples)).toEqual([
      "agent.alive=1",
      "cpu.idle=38.55",
      "cpu.idle.core{core=0}=38.91",
      "cpu.idle.core{core=1}=38.13",
      "cpu.loadavg.1=5.27",
      "cpu.loadavg.5=3.46",
      "cpu.loadavg.15=1.81",
      "ps.zombies.num=1",
      "ps.running.num=4",
      "ps.total.num=124",
    ]);
  });

  it("waits for two samples, the load too", () => {
    expect(measured("CPU", { ...samples, cpustats: pair(now) })).toEqual([]);
  });

  it("counts no zombies as 0, and says nothing of processes that were not counted", () => {
    const calm = { ...samples, processes: pair({ total: 1, threads: 1, states: new Map() }) };
    expect(measured("CPU", calm)).toContain("ps.zombies.num=0");
    const { processes: _, ...rest } = samples;
    expect(measured("CPU", rest).join()).not.toContain("ps.");
  });

  it("leaves out a core that went back", () => {
    const before = statAt(none, [9999, 0, 0, 0], none);
    expect(measured("CPU", { ...samples, cpustats: pair(now, before) })).not.toContain(
      "cpu.idle.core{core=0}=38.91",
    );
  });
});

describe("MEM", () => {
  const meminfo = (lines: string) => ({ memory: pair({ figures: parseMeminfo(lines) }) });

  it("is the golden sample", () => {
    const lines = `MemTotal: 24684096 kB\nMemFree: 21000000 kB\nMemAvailable: 23831000 kB\nBuffers: 47900 kB\nCached: 2192000 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n`;
    expect(measured("MEM", meminfo(lines))).toEqual([
      "mem.total=24105",
      "mem.used=833",
      "mem.free=23272",
      "mem.used.percent=3.45",
      "mem.buffers=46",
      "mem.cached=2140",
      "mem.swap.used.percent=0",
    ]);
  });

  it("adds up what is free on kernels that do not", () => {
    const lines =
      "MemTotal: 10240 kB\nMemFree: 1024 kB\nBuffers: 1024 kB\nCached: 3072 kB\nSwapTotal: 300 kB\nSwapFree: 200 kB\n";
    expect(measured("MEM", meminfo(lines))).toEqual(
      expect.arrayContaining([
        "mem.free=5",
        "mem.used=5",
        "mem.used.percent=50",
        "mem.swap.used.percent=33.33",
      ]),
    );
  });
});

describe("DISK", () => {
  const idle: DiskCounters = {
    reads: 1,
    readsMerged: 0,
    sectorsRead: 0,
    readingMs: 0,
    writes: 0,
    writesMerged: 0,
    sectorsWritten: 0,
    writingMs: 0,
    busyMs: 0,
    queuedMs: 0,
  };
  const busy = { ...idle, reads: 1488, writes: 10157, readingMs: 500, writingMs: 800, busyMs: 579 };
  const disks = (
    now: Readonly<Record<string, DiskCounters>>,
    before: Readonly<Record<string, DiskCounters>>,
    ms = 10_009,
  ) => ({
    iostats: pair({ disks: new Map(Object.entries(now)) }, { disks: new Map(Object.entries(before)) }, ms),
  });

  it("divides by whole seconds and cuts", () => {
    expect(measured("DISK", disks({ vda: busy }, { vda: idle }))).toEqual([
      "disk.io.read_requests{device=vda}=148.7",
      "disk.io.write_requests{device=vda}=1015.7",
      "disk.io.await{device=vda}=0.11",
      "disk.io.util{device=vda}=5.78",
    ]);
  });

  it.each([
    ["sda", 4],
    ["xvdb", 4],
    ["hioa", 4],
    ["fioz", 4],
    ["nvme0n1", 4],
    ["hda", 0],
    ["mmcblk0", 0],
    ["xvd", 0],
    ["vdaa", 0],
  ])("of %s has %d figures", (device, count) => {
    expect(measured("DISK", disks({ [device]: busy }, { [device]: idle }))).toHaveLength(count);
  });

  it("leaves out what was never read, is new, or went back", () => {
    expect(measured("DISK", disks({ sda: { ...busy, reads: 0 } }, { sda: { ...idle, reads: 0 } }))).toEqual(
      [],
    );
    expect(measured("DISK", disks({ sda: busy }, {}))).toEqual([]);
    expect(measured("DISK", disks({ sda: idle }, { sda: busy }))).toEqual([]);
    expect(measured("DISK", { iostats: pair({ disks: new Map([["sda", busy]]) }) })).toEqual([]);
  });

  it("says 0 without requests, and never more than 100 percent", () => {
    const still = { ...idle, busyMs: 99_999 };
    expect(measured("DISK", disks({ sda: still }, { sda: idle }))).toEqual([
      "disk.io.read_requests{device=sda}=0",
      "disk.io.write_requests{device=sda}=0",
      "disk.io.await{device=sda}=0",
      "disk.io.util{device=sda}=100",
    ]);
  });
});

describe("NET", () => {
  const net = (inBytes: number, outBytes: number) => ({
    interfaces: parseNetDev(
      `eth0: ${inBytes} 1 0 25 0 0 0 0 ${outBytes} 1 0 7 0 0 0 0\ndocker0: ${inBytes} 1 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n`,
    ),
  });
  const sockets = pair({
    figures: parseSockstat("sockets: used 75\nTCP: inuse 48 orphan 0 tw 98 alloc 1 mem 0\n"),
    established: 1,
  });
  const links = (speed: number) => pair({ interfaces: new Map([["eth0", { speed }]]) });
  const settings = { interfacePrefixes: ["eth"] };
  const traffic = pair(net(1_251_000, 2_502_000), {
    interfaces: parseNetDev("eth0: 1000 1 0 0 0 0 0 0 2000 1 0 0 0 0 0 0\n"),
  });

  it("of an unknown speed is the golden sample's list", () => {
    const samples = { networktraffic: traffic, interfaces: links(0), sockets };
    expect(measured("NET", samples, settings)).toEqual([
      "net.in{interface=eth0}=1000000",
      "net.out{interface=eth0}=2000000",
      "net.in.dropped{interface=eth0}=2.5",
      "net.out.dropped{interface=eth0}=0.7",
      "net.speed{interface=eth0}=0",
      "net.sockets.used=75",
      "net.tcp.inuse=48",
      "net.tcp.timewait=98",
    ]);
  });

  it("of a known speed has shares", () => {
    const points = measured("NET", { networktraffic: traffic, interfaces: links(1000), sockets }, settings);
    expect(points).toContain("net.in.percent{interface=eth0}=0.1");
    expect(points).toContain("net.out.percent{interface=eth0}=0.2");
    expect(points).toContain("net.speed{interface=eth0}=1000");
  });

  it("leaves out what is faster than the link", () => {
    const points = measured("NET", { networktraffic: traffic, interfaces: links(1) }, settings).join();
    expect(points).toContain("net.in{");
    expect(points).not.toContain("net.out{");
    expect(points).not.toContain("net.out.percent{");
  });

  it("leaves out counters that went back", () => {
    const back = pair(net(1, 1), net(2, 2));
    const names = measured("NET", { networktraffic: back, sockets }, settings).map(
      (text) => text.split("{")[0],
    );
    expect(names).not.toContain("net.in");
    expect(names).toContain("net.in.dropped");
  });

  it("is of all interfaces when none is chosen", () => {
    const all = pair(net(2, 2), net(1, 1));
    expect(measured("NET", { networktraffic: all }).join()).toContain("docker0");
    expect(measured("NET", { networktraffic: all }, settings).join()).not.toContain("docker0");
  });
});

describe("FS", () => {
  const mebibyteBlocks = (total: number, used: number, available: number): FileSystemFigures => ({
    blockBytes: 1024 * 1024,
    blocks: total,
    freeBlocks: total - used,
    availableBlocks: available,
    inodes: 1000,
    freeInodes: 965,
  });
  const mount = (mountPoint: string, source: string, type = "ext4", readOnly = false) => ({
    mountPoint,
    source,
    type,
    readOnly,
    outcome: { state: "answered", value: mebibyteBlocks(258_019, 32_255, 71_641) } as object,
  });
  const kernelstats = pair({ counters: new Map(), files: { allocated: 1_000, max: 300_000 } });

  it("is the golden sample", () => {
    const samples = { diskusage: pair({ mounts: [mount("/", "/dev/vda")] }), kernelstats };
    expect(measured("FS", samples, { writable: new Map([["/", true]]) })).toEqual([
      "fs.space.total{mount=/}=258019",
      "fs.space.used{mount=/}=32255",
      "fs.space.free{mount=/}=71641",
      "fs.space.used.percent{mount=/}=32",
      "fs.inodes.used.percent{mount=/}=4",
      "fs.files.rw{mount=/}=1",
      "kernel.files.max=300000",
      "kernel.files.allocated=1000",
      "kernel.files.allocated.percent=0.33",
      "kernel.files.left=299000",
    ]);
  });

  it.each([
    ["/", "overlay", "overlay"],
    ["/mnt/x", "/dev/fuse", "fuseblk"],
    ["/dev/x", "/dev/sda", "ext4"],
    ["/lib/modules", "/dev/sda", "ext4"],
    ["/net/x", "/dev/sda", "ext4"],
    ["/x", "none", "ext4"],
  ])("skips %s of %s as %s", (mountPoint, source, type) => {
    const mounts = [mount(mountPoint, source, type)];
    expect(measured("FS", { diskusage: pair({ mounts }) })).toEqual([]);
  });

  it("says of a mount that hangs only that it is bad, and nothing of one that was not asked", () => {
    const mounts = [
      { ...mount("/a", "/dev/sda"), outcome: { state: "hung" } },
      { ...mount("/b", "/dev/sdb"), outcome: { state: "held" } },
    ];
    expect(measured("FS", { diskusage: pair({ mounts }) })).toEqual(["fs.files.rw{mount=/a}=0"]);
  });

  it("tells an empty file system", () => {
    const empty = {
      ...mount("/", "/dev/vda"),
      outcome: { state: "answered", value: mebibyteBlocks(0, 0, 0) },
    };
    expect(measured("FS", { diskusage: pair({ mounts: [empty] }) })).toContain(
      "fs.space.used.percent{mount=/}=0",
    );
  });

  describe("the probe", () => {
    const probe = async (mounts: readonly object[]) => {
      const samples = pair({ mounts });
      return probeFileSystems(() => samples, { host: createHostFiles(), clock: systemClock });
    };

    it("writes and leaves nothing behind", async () => {
      const place = directoryOfTest();
      expect(await probe([mount(place, "/dev/sda")])).toEqual(new Map([[place, true]]));
      expect(readdirSync(place)).toEqual([]);
    });

    it("only looks where nothing may be written", async () => {
      const place = directoryOfTest();
      mkdirSync(join(place, "sub"));
      chmodSync(place, 0o500);
      expect(await probe([mount(place, "/dev/sda", "ext4", true)])).toEqual(new Map([[place, true]]));
      expect(await probe([mount(join(place, "none"), "/dev/sda", "ext4", true)])).toEqual(
        new Map([[join(place, "none"), false]]),
      );
    });

    it("finds what cannot be written", async () => {
      expect(await probe([mount("/proc/self/fd/none", "/dev/sda")])).toEqual(new Map());
      const gone = join(directoryOfTest(), "gone");
      expect(await probe([mount(gone, "/dev/sda")])).toEqual(new Map([[gone, false]]));
    });
  });
});

describe("KERNEL, TIME and COREDUMP", () => {
  const login = {
    atMs: 1_700_000_000_250,
    pid: 1,
    user: "alice",
    device: "pts/0",
    remote: "10.0.0.7",
    kind: "session",
  };

  it("tells logins at their own time, without empty tags", () => {
    const samples = pair({
      sessions: 1,
      succeeded: [login],
      failed: [{ ...login, user: "", device: " ", kind: "attempt" }],
    });
    expect(lodaMeasurements("KERNEL", () => samples)).toEqual([
      {
        name: "kernel.user.login",
        tags: { user: "alice", remote: "10.0.0.7", device: "pts/0", success: "true" },
        value: 1,
        timestampMs: 1_700_000_000_250,
      },
      {
        name: "kernel.user.login",
        tags: { remote: "10.0.0.7", success: "false" },
        value: 0,
        timestampMs: 1_700_000_000_250,
      },
    ]);
  });

  it("tells the clock's offset as it is", () => {
    expect(measured("TIME", { timeoffset: pair({ offsetSeconds: -0.001234 }) })).toEqual([
      "time.offset=-0.001234",
    ]);
  });

  it("tells core dumps of the last minute", () => {
    const at = (service: string, atMs: number) => ({ service, pid: 1, atMs });
    const coredumps = pair({
      readAtMs: 100_000,
      files: [at("web", 60_001), at("old", 40_000), at("web", 99_000)],
    });
    expect(measured("COREDUMP", { coredumps })).toEqual([
      "app.service.coredump{service=web}=1",
      "app.service.coredump{service=web}=1",
    ]);
  });
});

const noTicks = {
  user: 0,
  nice: 0,
  system: 0,
  idle: 0,
  iowait: 0,
  irq: 0,
  softirq: 0,
  steal: 0,
  guest: 0,
  guest_nice: 0,
};

describe("PROC", () => {
  const row = { name: "PROC.node", bin_path: "/usr/local/bin/node" };
  const sample = (machineTicks: number, processTicks: number, bytes: number): ProcessGroupsSample => ({
    machine: { ticks: { ...noTicks, user: machineTicks }, processors: 2 },
    groups: new Map([
      [
        "PROC.node",
        new Map([
          [
            "1:1",
            {
              ticks: processTicks,
              threads: 11,
              residentBytes: 549_167_104,
              descriptors: 21,
              io: { readBytes: bytes, writtenBytes: 0 },
            },
          ],
        ]),
      ],
    ]),
  });

  it("of one sample has no rates", () => {
    expect(processPoints(row, { sample: sample(1, 1, 1), earlier: undefined }).map(shown)).toEqual([
      "PROC.node.procnum=1",
      "PROC.node.fdnum=21",
      "PROC.node.mem=549167104",
    ]);
  });

  it("of two has a share of the whole machine, and bytes rounded up", () => {
    const earlier = { sample: sample(10_000, 1000, 0), elapsedMs: 60_000 };
    expect(processPoints(row, { sample: sample(22_000, 1075, 61), earlier }).map(shown)).toEqual([
      "PROC.node.procnum=1",
      "PROC.node.fdnum=21",
      "PROC.node.mem=549167104",
      "PROC.node.cpu=0.62",
      "PROC.node.io.read=2",
      "PROC.node.io.write=0",
    ]);
  });

  it("without a process counts 0", () => {
    const empty = { ...sample(1, 1, 1), groups: new Map([["PROC.node", new Map()]]) };
    expect(processPoints(row, { sample: empty, earlier: undefined }).map(shown)).toEqual([
      "PROC.node.procnum=0",
      "PROC.node.fdnum=0",
      "PROC.node.mem=0",
    ]);
  });

  it("finds the program that runs this test", async () => {
    const own = { name: "PROC.test", bin_path: process.execPath };
    const needs = { host: createHostFiles(), signal: new AbortController().signal };
    const read = await readProcessGroups(groupsOfRows([own, { name: "PROC.odd", bin_path: "node" }]), needs);
    const points = processPoints(own, { sample: read, earlier: undefined });
    expect(points[0]?.value).toBeGreaterThan(0);
    expect(
      processPoints({ name: "PROC.odd", bin_path: "node" }, { sample: read, earlier: undefined }),
    ).toEqual([]);
  });
});

describe("PORT", () => {
  const needs = { clock: systemClock, signal: new AbortController().signal };

  it("is 1 where somebody answers and 0 elsewhere", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const rows = [
      { name: "PORT.self", port: String(port), connect_timeout: "3" },
      { name: "PORT.number", port, connect_timeout: "soon" },
      { name: "PORT.none", port: "1" },
      { name: "PORT.odd", port: "ssh" },
      { name: "PORT.far", port: "70000" },
    ];
    expect((await portPoints(rows, needs)).map(shown)).toEqual([
      "PORT.self=1",
      "PORT.number=1",
      "PORT.none=0",
      "PORT.odd=0",
      "PORT.far=0",
    ]);
    expect(abortListeners(needs.signal)).toBe(0);
    server.close();
  });
});

describe("values", () => {
  it.each([
    [38.5599, 38.55],
    [0.29, 0.29],
    [1.005, 1],
    [-1.239, -1.23],
    [99.999, 99.99],
    [1015.7, 1015.7],
    [8_123_456_789.129, 8_123_456_789.12],
  ])("%d is cut to %d", (value, expected) => expect(cut(value)).toBe(expected));

  it("are never cut by more than a hundredth", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (value) => {
        expect(Math.abs(value - cut(value))).toBeLessThan(0.0100001);
        expect(cut(value)).toBeLessThanOrEqual(value + 1e-5);
      }),
    );
  });

  it("need collectors that exist, and are none without them", () => {
    const names = new Set(hostCollectors.map(({ name }) => name));
    for (const [type, { collectors }] of Object.entries(lodaTypes)) {
      expect(collectors.filter((name) => !names.has(name))).toEqual([]);
      expect(lodaMeasurements(type as LodaType, () => undefined)).toEqual([]);
    }
  });
});
