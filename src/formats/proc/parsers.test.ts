// The parsers of /proc on texts of several kernels, and on texts that no kernel would write.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCpuStat, parseLimit } from "./cgroup.ts";
import { columnsOf, counterOf } from "./columns.ts";
import { parseCoreFileName } from "./core-file.ts";
import { parseCpuinfo } from "./cpuinfo.ts";
import { parseDiskstats } from "./diskstats.ts";
import { parseContainerStats, parseContainers, parseVersion } from "./docker-stats.ts";
import { parseFileNr } from "./file-nr.ts";
import { parseLoadAverage } from "./loadavg.ts";
import { parseMeminfo } from "./meminfo.ts";
import { parseMounts, withoutBindMounts } from "./mounts.ts";
import { parseNetDev } from "./net-dev.ts";
import { parseOpenSockets } from "./net-tcp.ts";
import { ntpOffsetSeconds, ntpRequest, packetBytes } from "./ntp-packet.ts";
import { parseOsRelease, parseRedhatRelease } from "./os-release.ts";
import { parsePidStat } from "./pid-stat.ts";
import { parsePidIo, residentBytesOf } from "./pid-status.ts";
import { parsePressure } from "./pressure.ts";
import { parseSnmp } from "./snmp.ts";
import { parseSockstat } from "./sockstat.ts";
import { parseStat, sumOfTicks } from "./stat.ts";
import { parseLoginRecords, recordLayouts } from "./utmp.ts";
import { parseVmstat } from "./vmstat.ts";

const recorded = (path: string) => readFileSync(join(import.meta.dirname, "recorded", path), "utf8");

describe("/proc/stat", () => {
  it("of kernel 2.6.32 has no guest_nice", () => {
    const { cpus, counters } = parseStat(recorded("2.6.32/proc/stat"));
    expect([...cpus.keys()]).toEqual(["cpu", "cpu0", "cpu1"]);
    expect(cpus.get("cpu")).toEqual({
      user: 100000,
      nice: 2000,
      system: 50000,
      idle: 800000,
      iowait: 10000,
      irq: 100,
      softirq: 900,
      steal: 500,
      guest: 0,
      guest_nice: 0,
    });
    expect(Object.fromEntries(counters)).toEqual({
      ctxt: 5000000,
      btime: 1500000000,
      processes: 70000,
      procs_running: 2,
      procs_blocked: 1,
    });
  });

  it("of kernel 3.10 has ten columns", () => {
    const ticks = parseStat(recorded("3.10/proc/stat")).cpus.get("cpu0");
    expect(ticks).toMatchObject({ steal: 50, guest: 30, guest_nice: 10 });
    expect(ticks && sumOfTicks(ticks)).toBe(96180);
  });

  it("of kernel 6.18", () => {
    const { cpus, counters } = parseStat(recorded("6.18/proc/stat"));
    expect(cpus.size).toBe(3);
    expect(counters.has("intr") || counters.has("softirq")).toBe(false);
  });

  it.each(["cpu 1 2 3", "cpu 1 2 x 4", "cpux 1 2 3 4", "cpu -1 2 3 4"])("has no processor in %j", (line) => {
    expect(parseStat(line).cpus.size).toBe(0);
  });
});

describe("/proc/meminfo", () => {
  it("of kernel 2.6.32 does not know what is available", () => {
    const figures = parseMeminfo(recorded("2.6.32/proc/meminfo"));
    expect(figures.get("memtotal")).toBe(1020700);
    expect(figures.get("active(anon)")).toBe(200000);
    expect(figures.get("hugepages_total")).toBe(4);
    expect(figures.has("memavailable")).toBe(false);
  });

  it("of kernel 6.18", () => {
    const figures = parseMeminfo(recorded("6.18/proc/meminfo"));
    expect(figures.get("memavailable")).toBeGreaterThan(20_000_000);
    expect(figures.size).toBeGreaterThan(50);
  });
});

describe("/proc/diskstats", () => {
  it.each([
    ["2.6.32", "sda", 14],
    ["4.19", "mmcblk0", 18],
    ["5.10", "nvme0n1", 20],
    ["6.18", "vda", 20],
  ])("of kernel %s tells of %s in %d columns", (kernel, disk, columns) => {
    const text = recorded(`${kernel}/proc/diskstats`);
    const line = text.split("\n").find((one) => one.includes(` ${disk} `));
    expect(columnsOf(line ?? "").length).toBe(columns);
    expect(parseDiskstats(text).get(disk)?.reads).toBeGreaterThan(1000);
  });

  it("names every figure", () => {
    expect(parseDiskstats(recorded("2.6.32/proc/diskstats")).get("sda")).toEqual({
      reads: 20000,
      readsMerged: 5000,
      sectorsRead: 1000000,
      readingMs: 80000,
      writes: 30000,
      writesMerged: 60000,
      sectorsWritten: 2000000,
      writingMs: 90000,
      busyMs: 70000,
      queuedMs: 170000,
    });
  });
});

describe("/proc/net", () => {
  it("dev without a blank behind the colon", () => {
    expect(parseNetDev(recorded("2.6.32/proc/net/dev")).get("eth0")).toEqual({
      receive: {
        bytes: 1234567890,
        packets: 2000000,
        errs: 1,
        drop: 2,
        fifo: 3,
        frame: 4,
        compressed: 0,
        multicast: 7,
      },
      transmit: {
        bytes: 987654321,
        packets: 1500000,
        errs: 0,
        drop: 0,
        fifo: 0,
        colls: 0,
        carrier: 0,
        compressed: 0,
      },
    });
  });

  it("dev with an alias", () => {
    const line = `eth0:1: ${Array.from({ length: 16 }, (_, place) => place).join(" ")}`;
    expect(parseNetDev(line).get("eth0:1")?.transmit.bytes).toBe(8);
  });

  it("sockstat of IPv4 and IPv6", () => {
    const figures = parseSockstat(
      `${recorded("6.18/proc/net/sockstat")}${recorded("6.18/proc/net/sockstat6")}`,
    );
    expect(figures.get("sockets")?.get("used")).toBe(
      Number(/used (\d+)/.exec(recorded("6.18/proc/net/sockstat"))?.[1]),
    );
    expect([...(figures.get("tcp")?.keys() ?? [])]).toEqual(["inuse", "orphan", "tw", "alloc", "mem"]);
    expect(figures.get("udp6")?.get("inuse")).toBe(0);
  });

  it("snmp with a number below zero", () => {
    const tcp = parseSnmp(recorded("6.18/proc/net/snmp")).get("Tcp");
    expect(tcp?.get("MaxConn")).toBe(-1);
    expect(tcp?.get("CurrEstab")).toBe(0);
  });

  it.each([
    ["00000000:0016", "0.0.0.0", 22],
    ["0100007F:1F90", "127.0.0.1", 8080],
    ["00000000000000000000000000000000:0035", "::", 53],
    ["00000000000000000000000001000000:0035", "::1", 53],
    ["0000000000000000FFFF00000100007F:0035", "::ffff:127.0.0.1", 53],
    ["B80D0120000000000000000001000000:01BB", "2001:db8::1", 443],
    ["000080FE00000000FF565C02D5CB2AFE:01BB", "fe80::25c:56ff:fe2a:cbd5", 443],
    ["B80D0120010000000000000000000100:01BB", "2001:db8:0:1::1:0", 443],
  ])("tcp tells %s as %s", (local, address, port) => {
    const line = `   0: ${local} 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1162 1`;
    expect(parseOpenSockets(line, "tcp")).toEqual([{ address, port }]);
    expect(parseOpenSockets(line.replace(" 0A ", " 01 "), "tcp")).toEqual([]);
    expect(parseOpenSockets(line.replace(" 0A ", " 07 "), "udp")).toEqual([{ address, port }]);
  });

  it("tcp of kernel 6.18", () => {
    expect(parseOpenSockets(recorded("6.18/proc/net/tcp"), "tcp")).toEqual([
      { address: "0.0.0.0", port: 2024 },
    ]);
  });
});

describe("mounts", () => {
  it("have plain names", () => {
    const mounts = parseMounts(recorded("2.6.32/proc/self/mounts"));
    expect(mounts.find(({ source }) => source === "/dev/mapper/vg-data")).toEqual({
      source: "/dev/mapper/vg-data",
      mountPoint: "/srv/a b",
      type: "ext4",
      readOnly: true,
    });
  });

  it("may come from nothing", () => {
    const text = " / overlay rw,relatime,lowerdir=/l 0 0\n/dev/sdb1 /nix/store ext4 rw 0 0\n";
    expect(parseMounts(text)).toEqual([
      { source: "", mountPoint: "/", type: "overlay", readOnly: false },
      { source: "/dev/sdb1", mountPoint: "/nix/store", type: "ext4", readOnly: false },
    ]);
  });

  it("of one device count once, at the shortest place", () => {
    const mount = (source: string, mountPoint: string) => ({
      source,
      mountPoint,
      type: "ext4",
      readOnly: false,
    });
    expect(
      withoutBindMounts([
        mount("/dev/sdb", "/srv/data/bound"),
        mount("tmpfs", "/run"),
        mount("/dev/sdb", "/data"),
        mount("tmpfs", "/tmp"),
      ]).map(({ mountPoint }) => mountPoint),
    ).toEqual(["/data", "/run", "/tmp"]);
  });
});

describe("processes", () => {
  const line = (name: string) =>
    `42 (${name}) S 1 42 42 0 -1 4194560 1000 0 0 0 150 50 0 0 20 0 3 0 9000 104857600 2500 18446744073709551615 1 1 0\n`;

  it.each(["nginx", "a) R 1 (b", "two words", "(sd-pam)", ")"])("may be called %j", (name) => {
    expect(parsePidStat(line(name))).toEqual({
      name,
      state: "S",
      ticks: 200,
      threads: 3,
      startTicks: 9000,
      residentPages: 2500,
    });
  });

  it.each(["", "42 (x", "42 x) S 1", "42 (x) S 1 2 3", line("x").replace("150", "-150")])(
    "%j is none",
    (text) => {
      expect(parsePidStat(text)).toBeUndefined();
    },
  );

  it("have memory and traffic", () => {
    expect(residentBytesOf("VmPeak:\t 9 kB\nVmRSS:\t  2048 kB\nRssAnon:\t 1 kB\n")).toBe(2_097_152);
    expect(residentBytesOf("Name:\tkthreadd\n")).toBeUndefined();
    expect(parsePidIo("rchar: 1\nread_bytes: 4096\nwrite_bytes: 8192\ncancelled_write_bytes: 0\n")).toEqual({
      readBytes: 4096,
      writtenBytes: 8192,
    });
    expect(parsePidIo("read_bytes: 4096\n")).toBeUndefined();
  });
});

describe("/proc/cpuinfo", () => {
  it("of a PC", () => {
    const { count, modelName, mhz, flags } = parseCpuinfo(recorded("2.6.32/proc/cpuinfo"));
    expect([count, modelName, mhz]).toEqual([2, "Intel(R) Xeon(R) CPU E5-2650 0 @ 2.00GHz", 1999.999]);
    expect(flags.has("hypervisor")).toBe(true);
  });

  it("of an arm board, which does not tell its clock rate", () => {
    const { count, modelName, mhz } = parseCpuinfo(recorded("4.19/proc/cpuinfo"));
    expect([count, modelName, mhz]).toEqual([4, "ARMv7 Processor rev 3 (v7l)", undefined]);
  });

  it("of arm64, which names only the board", () => {
    const text = "processor\t: 0\nBogoMIPS\t: 108.00\nFeatures\t: fp asimd\n\nModel\t\t: Raspberry Pi 4\n";
    expect(parseCpuinfo(text)).toMatchObject({ count: 1, modelName: "Raspberry Pi 4" });
  });
});

describe("distributions", () => {
  it("tell their name and version", () => {
    const values = parseOsRelease(recorded("6.18/etc/os-release"));
    expect([values.get("ID"), values.get("VERSION_ID"), values.get("VERSION_CODENAME")]).toEqual([
      "debian",
      "12",
      "bookworm",
    ]);
  });

  it.each([
    ['A="b c"', "b c"],
    ["A='b \"c'", 'b "c'],
    ['A="b \\"c\\" \\$d"', 'b "c" $d'],
    ["A=plain", "plain"],
    ['A="', '"'],
  ])("take the quotes off %j", (line, value) => expect(parseOsRelease(line).get("A")).toBe(value));

  it("of old have a sentence", () => {
    expect(parseRedhatRelease(recorded("2.6.32/etc/redhat-release"))).toEqual({
      name: "CentOS",
      version: "6.10",
    });
    expect(parseRedhatRelease("Red Hat Enterprise Linux Server release 6.9 (Santiago)")).toEqual({
      name: "Red Hat Enterprise Linux Server",
      version: "6.9",
    });
    expect(parseRedhatRelease("something else")).toBeUndefined();
  });
});

describe("small files", () => {
  it("tell pressure", () => {
    const text =
      "some avg10=1.43 avg60=1.63 avg300=12.34 total=997590578\nfull avg10=0.00 avg60=0.10 avg300=0.20 total=0\n";
    expect(parsePressure(text)).toEqual({
      some: { avg10: 1.43, avg60: 1.63, avg300: 12.34 },
      full: { avg10: 0, avg60: 0.1, avg300: 0.2 },
    });
    expect(parsePressure("some avg10=nan avg60=1 avg300=1")).toEqual({});
  });

  it.each([
    ["104857600\n", 104857600],
    ["max\n", undefined],
    ["9223372036854771712\n", undefined],
    ["", undefined],
  ])("limit %j is %s", (text, limit) => expect(parseLimit(text)).toBe(limit));

  it("tell processor time of a group", () =>
    expect(parseCpuStat("usage_usec 12\nuser_usec 7\n")).toBe(12_000));

  it("tell open files", () => {
    expect(parseFileNr("1024\t0\t98765\n")).toEqual({ allocated: 1024, max: 98765 });
    expect(parseFileNr("1024\n")).toBeUndefined();
  });

  it("tell counters of the memory management", () => {
    expect(parseVmstat("nr_free_pages 26500\npgfault 9\nodd\nnr_x -1\n")).toEqual(
      new Map([
        ["nr_free_pages", 26500],
        ["pgfault", 9],
      ]),
    );
  });
});

describe("names of core dumps", () => {
  it.each([
    ["core.nginx.700.1700000000", { service: "nginx", pid: 700, atMs: 1_700_000_000_000 }],
    ["core.web-1_a.1.1", { service: "web-1_a", pid: 1, atMs: 1000 }],
    [
      "core.my app.0.0123456789abcdef0123456789abcdef.4242.1700000000123456.zst",
      { service: "my-app", pid: 4242, atMs: 1_700_000_000_123 },
    ],
  ])("%s", (name, expected) => expect(parseCoreFileName(name)).toEqual(expected));

  it.each(["core", "core.1", "core.nginx.x.1", "core.ng/inx.1.1", "vmcore.nginx.1.1", "core.a b.1.1"])(
    "%s is none",
    (name) => expect(parseCoreFileName(name)).toBeUndefined(),
  );
});

describe("login records", () => {
  const record = (type: number, user: string, remote = "10.0.0.7") => {
    const bytes = Buffer.alloc(recordLayouts[0].bytes);
    bytes.writeInt16LE(type, 0);
    bytes.writeInt32LE(4242, 4);
    bytes.write("pts/0", 8);
    bytes.write(user, 44);
    bytes.write(remote, 76);
    bytes.writeInt32LE(1_700_000_000, 340);
    bytes.writeInt32LE(250_000, 344);
    return bytes;
  };

  it("keep sessions and attempts, and skip boots, logouts and half a record", () => {
    const bytes = Buffer.concat([
      record(7, "alice"),
      record(2, "reboot"),
      record(8, ""),
      record(6, "bob"),
      Buffer.alloc(9),
    ]);
    expect(parseLoginRecords(bytes)).toEqual([
      {
        atMs: 1_700_000_000_250,
        pid: 4242,
        user: "alice",
        device: "pts/0",
        remote: "10.0.0.7",
        kind: "session",
      },
      {
        atMs: 1_700_000_000_250,
        pid: 4242,
        user: "bob",
        device: "pts/0",
        remote: "10.0.0.7",
        kind: "attempt",
      },
    ]);
  });

  it("lose control characters of a user's name", () => {
    expect(parseLoginRecords(record(7, "a\u001b[31m\nb"))[0]?.user).toBe("a[31mb");
  });

  it("may fill their fields to the last byte", () => {
    expect(parseLoginRecords(record(7, "x".repeat(32), "y".repeat(256)))[0]).toMatchObject({
      user: "x".repeat(32),
      remote: "y".repeat(256),
    });
  });
});

describe("SNTP", () => {
  const second = (stamp: Buffer, ms: number, place: number) => {
    stamp.writeUInt32BE(Math.floor(ms / 1000) + 2_208_988_800, place);
    stamp.writeUInt32BE(Math.round(((ms % 1000) / 1000) * 2 ** 32), place + 4);
  };
  const answerTo = (request: Buffer, receivedMs: number, sentMs: number) => {
    const answer = Buffer.alloc(packetBytes);
    answer[0] = 0x24;
    answer[1] = 2;
    request.copy(answer, 24, 40, 48);
    second(answer, receivedMs, 32);
    second(answer, sentMs, 40);
    return answer;
  };
  const sentAtMs = 1_700_000_000_000;
  const request = ntpRequest(sentAtMs);
  const exchange = (answer: Buffer) =>
    ntpOffsetSeconds({ request, answer, sentAtMs, receivedAtMs: sentAtMs + 100 });

  it("asks as a client of version 4, with its own time", () => {
    expect(request.length).toBe(48);
    expect(request[0]).toBe(0x23);
    expect(request.readUInt32BE(40)).toBe(1_700_000_000 + 2_208_988_800);
  });

  it("takes half of the way there and back", () => {
    expect(exchange(answerTo(request, sentAtMs + 2040, sentAtMs + 2060))).toBeCloseTo(2, 6);
    expect(exchange(answerTo(request, sentAtMs - 2960, sentAtMs - 2940))).toBeCloseTo(-3, 6);
  });

  it.each([
    ["of another question", (answer: Buffer) => void answer.writeUInt8(9, 24)],
    ["of a client", (answer: Buffer) => void answer.writeUInt8(0x23, 0)],
    ["of a server without time", (answer: Buffer) => void answer.writeUInt8(0xe4, 0)],
    ["that sends away", (answer: Buffer) => void answer.writeUInt8(0, 1)],
  ])("refuses an answer %s", (_what, change) => {
    const answer = answerTo(request, sentAtMs, sentAtMs);
    change(answer);
    expect(exchange(answer)).toBeUndefined();
  });
});

describe("the Docker engine", () => {
  it("with control groups of version 1", () => {
    const stats = parseContainerStats({
      cpu_stats: { cpu_usage: { usage_in_usermode: 2_000_000_000, usage_in_kernelmode: 500_000_000 } },
      memory_stats: {
        usage: 1000,
        limit: 5000,
        stats: { cache: 1, rss: 2, swap: 3, pgfault: 7, mapped_file: 4 },
      },
    });
    expect(stats?.userSeconds).toBe(2);
    expect(stats?.systemSeconds).toBe(0.5);
    expect(Object.fromEntries(stats?.memory ?? [])).toEqual({
      usage: 1000,
      limit: 5000,
      cache: 1,
      rss: 2,
      swap: 3,
      mapped_file: 4,
    });
    expect(Object.fromEntries(stats?.events ?? [])).toEqual({ pgfault: 7 });
  });

  it("with control groups of version 2", () => {
    const stats = { anon: 2, file: 1, file_mapped: 4, active_anon: 5, pgfault: 7, pgmajfault: 8 };
    const parsed = parseContainerStats({ memory_stats: { usage: 1000, stats }, cpu_stats: {} });
    expect(Object.fromEntries(parsed?.memory ?? [])).toEqual({
      usage: 1000,
      cache: 1,
      rss: 2,
      active_anon: 5,
      mapped_file: 4,
    });
    expect(parsed?.userSeconds).toBeUndefined();
  });

  it("names containers", () => {
    expect(
      parseContainers([
        { Id: "abc123", Names: ["/web"], Image: "nginx:1" },
        { Id: "fedcba9876543210", Names: [] },
        { Id: "../images", Names: ["/x"] },
        null,
      ]),
    ).toEqual([
      { id: "abc123", name: "web", image: "nginx:1" },
      { id: "fedcba9876543210", name: "fedcba987654", image: "none" },
    ]);
  });
});

describe("no text on earth", () => {
  const textParsers = {
    parseStat,
    parseMeminfo,
    parseVmstat,
    parseDiskstats,
    parseNetDev,
    parseSockstat,
    parseSnmp,
    parseMounts,
    parsePidStat,
    residentBytesOf,
    parsePidIo,
    parseCpuinfo,
    parseOsRelease,
    parseRedhatRelease,
    parsePressure,
    parseLimit,
    parseCpuStat,
    parseCoreFileName,
    parseFileNr,
    parseLoadAverage,
    openTcp: (text: string) => parseOpenSockets(text, "tcp"),
    openUdp: (text: string) => parseOpenSockets(text, "udp"),
  };
  const kernelLike = fc
    .array(
      fc
        .array(
          fc.constantFrom(
            "cpu",
            "cpu0",
            "sda",
            "eth0:",
            "Tcp:",
            "0A",
            "(",
            ")",
            "kB",
            "-1",
            "7",
            "1e9",
            "\\040",
          ),
          {
            maxLength: 24,
          },
        )
        .map((words) => words.join(" ")),
      { maxLength: 8 },
    )
    .map((lines) => lines.join("\n"));

  it.each(Object.entries(textParsers))("makes %s throw", (_name, parse) => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: "binary" }), kernelLike), (text) => void parse(text)));
  });

  it("makes parseLoginRecords throw", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1200 }), (bytes) => void parseLoginRecords(Buffer.from(bytes))),
    );
  });

  it("makes ntpOffsetSeconds throw, or give what is no number", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const request = ntpRequest(0);
        const answer = Buffer.from(bytes);
        if (answer.length >= packetBytes) request.copy(answer, 24, 40, 48);
        const offset = ntpOffsetSeconds({ request, answer, sentAtMs: 0, receivedAtMs: 1 });
        expect(offset === undefined || Number.isFinite(offset)).toBe(true);
      }),
    );
  });

  it("makes the parsers of Docker's answers throw", () => {
    const answers = fc.oneof(
      fc.jsonValue(),
      fc.record({ memory_stats: fc.jsonValue(), cpu_stats: fc.jsonValue() }),
      fc.array(fc.record({ Id: fc.jsonValue(), Names: fc.jsonValue(), Image: fc.jsonValue() })),
    );
    fc.assert(
      fc.property(answers, (answer) => {
        parseContainerStats(answer);
        parseContainers(answer);
        parseVersion(answer);
      }),
    );
  });

  it("makes a counter of what is none", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const counter = counterOf(text);
        expect(counter === undefined || (counter >= 0 && Number.isFinite(counter))).toBe(true);
      }),
    );
  });

  it("changes the figures of the lines around it", () => {
    const whole = recorded("2.6.32/proc/diskstats").split("\n");
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.nat(whole.length), (odd, place) => {
        fc.pre(!odd.includes("\n") && !odd.includes(" sda "));
        const text = [...whole.slice(0, place), odd, ...whole.slice(place)].join("\n");
        expect(parseDiskstats(text).get("sda")?.reads).toBe(20000);
      }),
    );
  });
});
