// Readings of recorded hosts: kernels from 2.6.32 to 6.18, disks of all names, both versions of control groups.
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { systemClock } from "../../kernel/clock.ts";
import { type Collector, isNotEligible, type Reading } from "../collector.ts";
import { createHostFiles } from "../host-files.ts";
import { hostCollectors } from "./index.ts";

const recorded = join(import.meta.dirname, "../../formats/proc/recorded");

function collectorNamed(name: string): Collector {
  const collector = hostCollectors.find((one) => one.name === name);
  if (collector === undefined) throw new Error(`no collector ${name}`);
  return collector;
}

async function sampleOf(name: string, root: string, config: unknown = {}): Promise<unknown> {
  const collector = collectorNamed(name);
  const needs = { host: createHostFiles(root), clock: systemClock, signal: new AbortController().signal };
  return collector.read(collector.config.parse(config), needs);
}

/** The reading of a host at a later moment, or of the same moment where nothing else was recorded. */
async function readingOf(name: string, kernel: string, config: unknown = {}): Promise<Reading | undefined> {
  const sample = await sampleOf(name, join(recorded, kernel), config);
  return collectorNamed(name).measure(sample, undefined);
}

async function rateOf(name: string, kernel: string, elapsedMs = 10_000): Promise<Reading | undefined> {
  const earlier = await sampleOf(name, join(recorded, kernel));
  const sample = await sampleOf(name, join(recorded, `${kernel}-later`));
  return collectorNamed(name).measure(sample, { sample: earlier, elapsedMs });
}

describe("cpustats", () => {
  it("of kernel 2.6.32", async () => {
    const reading = await rateOf("cpustats", "2.6.32");
    expect(reading?.["cpu_all"]).toEqual({
      "%user": 30,
      "%nice": 0,
      "%system": 10,
      "%idle": 55,
      "%iowait": 5,
      "%irq": 0,
      "%softirq": 0,
      "%steal": 0,
      "%guest": 0,
      "%guest_nice": 0,
    });
    expect(reading?.["cpu0"]).toMatchObject({ "%user": 50, "%idle": 35 });
    expect(Object.keys(reading ?? {})).toEqual(["cpu_all", "cpu0", "cpu1"]);
  });

  it("of kernel 6.18", async () => {
    const all = (await rateOf("cpustats", "6.18"))?.["cpu_all"] as Record<string, number>;
    expect(all["%user"]).toBeCloseTo(20.14, 1);
    expect(all["%idle"]).toBeCloseTo(77.7, 1);
  });

  it("has both names of everything for expressions", async () => {
    const reading = (await rateOf("cpustats", "2.6.32")) ?? {};
    const both = collectorNamed("cpustats").spellings(reading);
    expect(both["cpuall"]).toEqual(both["cpu_all"]);
    expect(both["cpu0"]).toMatchObject({
      "%user": 50,
      "%usr": 50,
      "%sys": 10,
      "%soft": 0,
      "%gnice": 0,
      "%idle": 35,
    });
    expect(Object.keys(reading)).not.toContain("cpuall");
  });

  const ticks = {
    user: 9,
    nice: 0,
    system: 0,
    idle: 90,
    iowait: 5,
    irq: 0,
    softirq: 0,
    steal: 0,
    guest: 0,
    guest_nice: 0,
  };
  const between = (before: object, now: object) => {
    const sample = (changed: object) => ({ cpus: new Map([["cpu0", { ...ticks, ...changed }]]) });
    return collectorNamed("cpustats").measure(sample(now), { sample: sample(before), elapsedMs: 1000 });
  };

  it("leaves out a processor that came back with all its time at zero", () =>
    expect(between({}, { user: 1, idle: 3, iowait: 0 })).toEqual({}));
  it.each(["user", "system", "steal", "irq"])(
    "counts nothing for %s that went back, and all else",
    (column) => {
      expect(between({ [column]: 400 }, { [column]: 300, idle: 190 })).toMatchObject({
        cpu0: { [`%${column}`]: 0, "%idle": 100 },
      });
    },
  );
  it("leaves out a processor that did not tick", () => expect(between({}, {})).toEqual({}));
  it("forgives idle time that went back a little", () => {
    expect(between({ iowait: 6 }, { user: 10 })).toMatchObject({ cpu0: { "%user": 100, "%iowait": 0 } });
  });
  it("takes guests out of the whole and out of %usr", () => {
    const reading = between({}, { user: 59, guest: 40, idle: 140 }) ?? {};
    expect(reading).toMatchObject({ cpu0: { "%user": 50, "%guest": 40, "%idle": 50 } });
    expect(collectorNamed("cpustats").spellings(reading)).toMatchObject({ cpu0: { "%usr": 10 } });
  });
  it("needs an earlier sample", () => {
    expect(
      collectorNamed("cpustats").measure({ cpus: new Map([["cpu", ticks]]) }, undefined),
    ).toBeUndefined();
  });
});

describe("memory", () => {
  it("of kernel 2.6.32", async () => {
    expect(await readingOf("memory", "2.6.32")).toMatchObject({
      memtotal: 1020700,
      "active(anon)": 200000,
      phys_total: 1020700,
      phys_free: 599500,
      phys_used: 41.27,
      swap_free: 1548282,
      swap_used: 25,
    });
  });

  it("without swap space", async () => {
    expect(await readingOf("memory", "3.10")).toMatchObject({ swap_free: 0, swap_used: 0 });
  });
});

describe("kernelstats", () => {
  it("of kernel 2.6.32", async () => {
    expect(await rateOf("kernelstats", "2.6.32")).toEqual({
      "ctxt/s": 1000,
      "processes/s": 3,
      "pgfault/s": 1234.5,
      "pgmajfault/s": 2,
      btime: 1500000000,
      procs_running: 1,
      procs_blocked: 0,
      nr_free_pages: 26400,
      nr_inactive_anon: 1200,
      pgpgin: 1200100,
      pgpgout: 3400100,
    });
  });

  it("of kernel 6.18", async () => {
    const reading = await rateOf("kernelstats", "6.18");
    expect(reading?.["files_max"]).toBe(2466183);
    expect(Object.keys(reading ?? {}).length).toBeGreaterThan(150);
    expect(reading).not.toHaveProperty("ctxt");
  });

  it("leaves out the rate of a counter that went back, and nothing else", async () => {
    const [sample, earlier] = [
      await sampleOf("kernelstats", join(recorded, "2.6.32")),
      await sampleOf("kernelstats", join(recorded, "2.6.32-later")),
    ];
    const reading = collectorNamed("kernelstats").measure(sample, { sample: earlier, elapsedMs: 1000 });
    expect(reading).not.toHaveProperty("ctxt/s");
    expect(reading).toHaveProperty("nr_free_pages");
  });
});

describe("iostats", () => {
  it("of kernel 2.6.32, in 14 columns", async () => {
    expect(await rateOf("iostats", "2.6.32")).toEqual({
      sda: {
        "reads/s": 10,
        "reads_merged/s": 1,
        "writes/s": 30,
        "writes_merged/s": 10,
        "read_bytes/s": 409600,
        "write_bytes/s": 819200,
        "util%": 20,
        await_ms: 4,
        read_await_ms: 4,
        write_await_ms: 4,
        queue_length: 0.16,
      },
    });
  });

  it("has the columns of iostat for expressions", async () => {
    const both = collectorNamed("iostats").spellings((await rateOf("iostats", "2.6.32")) ?? {});
    expect(both["sda"]).toMatchObject({
      "util%": 20,
      "rrqm/s": 1,
      "wrqm/s": 10,
      "r/s": 10,
      "w/s": 30,
      "rkB/s": 400,
      "wkB/s": 800,
      "avgrq-sz": 60,
      "avgqu-sz": 0.16,
      await: 4,
      r_await: 4,
      w_await: 4,
      svctm: 5,
      "%util": 20,
    });
  });

  it.each([
    ["4.19", ["mmcblk0"]],
    ["5.10", ["nvme0n1"]],
    ["6.18", ["vda"]],
  ])("of kernel %s knows %j", async (kernel, names) => {
    const { disks } = (await sampleOf("iostats", join(recorded, kernel))) as { disks: Map<string, unknown> };
    expect([...disks.keys()]).toEqual(names);
  });

  it("of kernel 6.18", async () => {
    const vda = (await rateOf("iostats", "6.18"))?.["vda"] as Record<string, number>;
    expect(vda["reads/s"]).toBe(31.8);
    expect(vda["read_bytes/s"]).toBe(31_480_627.2);
    expect(vda["util%"]).toBe(3.92);
  });

  it("leaves out a disk whose counters went back", async () => {
    const [sample, earlier] = [
      await sampleOf("iostats", join(recorded, "2.6.32")),
      await sampleOf("iostats", join(recorded, "2.6.32-later")),
    ];
    expect(collectorNamed("iostats").measure(sample, { sample: earlier, elapsedMs: 1000 })).toEqual({});
  });

  it("says of a disk without requests that they took no time", async () => {
    const sample = await sampleOf("iostats", join(recorded, "5.10"));
    const reading = collectorNamed("iostats").measure(sample, { sample, elapsedMs: 1000 });
    expect(reading?.["nvme0n1"]).toMatchObject({ await_ms: 0, "util%": 0, queue_length: 0 });
  });
});

describe("networktraffic", () => {
  it("of kernel 2.6.32, without loopback", async () => {
    const reading = await rateOf("networktraffic", "2.6.32");
    expect(Object.keys(reading ?? {})).toEqual(["eth0"]);
    expect(reading?.["eth0"]).toMatchObject({
      recv_bytes: 1250000,
      recv_packets: 1000,
      recv_drop: 10,
      recv_multicast: 0,
      trans_bytes: 25000,
      trans_drop: 20,
      "recv_bytes/s": 125000,
      "recv_packets/s": 100,
      "trans_bytes/s": 2500,
      "trans_packets/s": 50,
    });
  });

  it("leaves out an interface whose counters went back or that is new", async () => {
    const earlier = await sampleOf("networktraffic", join(recorded, "2.6.32-later"));
    for (const kernel of ["2.6.32", "6.18"]) {
      const sample = await sampleOf("networktraffic", join(recorded, kernel));
      const reading = collectorNamed("networktraffic").measure(sample, { sample: earlier, elapsedMs: 1000 });
      expect(Object.keys(reading ?? {})).not.toContain(kernel === "6.18" ? "ifb0" : "eth0");
    }
  });
});

describe("facts", () => {
  it("loadaverage", async () => {
    expect(await readingOf("loadaverage", "2.6.32")).toEqual({ load1: 0.42, load5: 0.21, load15: 0.1 });
  });

  it("sockets", async () => {
    expect(await readingOf("sockets", "2.6.32")).toMatchObject({
      sockets: { used: 140 },
      tcp: { inuse: 11, orphan: 0, tw: 3, alloc: 14, mem: 2 },
      udp: { inuse: 4 },
    });
    expect(await readingOf("sockets", "6.18")).toMatchObject({ tcp: { established: 0 }, tcp6: { inuse: 0 } });
  });

  it("openports", async () => {
    expect(await readingOf("openports", "6.18")).toEqual({
      ports: [2024],
      details: {
        tcp: [{ proto: "tcp", source: "0.0.0.0:2024", dest: "0.0.0.0:*", state: "LISTEN" }],
        udp: [],
      },
    });
  });

  it("pressure", async () => {
    expect(await readingOf("pressure", "6.18")).toMatchObject({
      cpu: { some: { avg10: expect.any(Number) as number } },
      io: { full: { avg300: expect.any(Number) as number } },
    });
  });

  it("system of CentOS 6", async () => {
    expect(await readingOf("system", "2.6.32")).toMatchObject({
      hostname: "old.example.org",
      fqdn: "old.example.org",
      os: {
        name: "linux",
        linux: { distribution: "centos", version: "6.10", major_version: 6, minor_version: 10 },
      },
      cpu_count: 2,
      cpu_mhz: 1999.999,
    });
  });

  it("system of Debian 12, with the older names for expressions", async () => {
    const reading = (await readingOf("system", "6.18")) ?? {};
    expect(reading).toMatchObject({
      hostname: "host1",
      fqdn: "host1.example.org",
      os: {
        linux: { distribution: "debian", version: "12", id: "bookworm", major_version: 12, minor_version: 0 },
      },
      uid: process.getuid?.(),
    });
    expect(collectorNamed("system").spellings(reading)).toMatchObject({
      cpucount: 2,
      publicip: expect.any(String) as string,
    });
  });

  it("system of an arm board does not tell its clock rate", async () => {
    const reading = await readingOf("system", "4.19");
    expect(reading).toMatchObject({ cpu_count: 4, os: { linux: { distribution: "raspbian" } } });
    expect(reading).not.toHaveProperty("cpu_mhz");
  });

  it.each([
    ["6.18", { vda: { vendor: "0x1af4", model: "", size: "536870912" } }],
    ["4.19", { mmcblk0: { vendor: "", model: "SC32G", size: "62333952" } }],
    ["5.10", { nvme0n1: { vendor: "", model: "Samsung SSD 980 PRO 1TB", size: "1953525168" } }],
  ])("blockdevice of kernel %s", async (kernel, expected) => {
    const sample = (await sampleOf("blockdevice", join(recorded, kernel))) as object;
    const reading = collectorNamed("blockdevice").measure(sample, undefined);
    expect(reading).toMatchObject(expected);
    expect(Object.keys(reading ?? {}).filter((name) => /^(ram|loop|dm-)/.test(name))).toEqual([]);
  });

  it("dmidecode", async () => {
    const reading = await readingOf("dmidecode", "2.6.32");
    expect(reading).toMatchObject({ sys_vendor: "VMware, Inc.", bios_version: "6.00" });
    expect(reading).not.toHaveProperty("uevent");
  });

  it.each([
    ["2.6.32", "VMwareVMware"],
    ["3.10", "XenVMMXenVMM"],
    ["4.19", ""],
    ["6.18", "KVMKVMKVM"],
  ])("hypervisor of kernel %s is %j", async (kernel, signature) => {
    const reading = (await readingOf("hypervisor", kernel)) ?? {};
    expect(reading).toEqual({ hypervisor: signature });
    expect(collectorNamed("hypervisor").spellings(reading)).toEqual({
      hypervisor: signature,
      virtual: signature,
    });
  });

  it("interfaces", async () => {
    expect(await readingOf("interfaces", "6.18")).toMatchObject({
      eth0: {
        interface: "eth0",
        link_encap: "Ethernet",
        hardware_address: "02:fc:00:00:00:01",
        up: true,
        running: true,
        multicast: true,
        broadcast: true,
        speed: 1000,
      },
      ifb0: { up: false, running: false, multicast: false },
      lo: { link_encap: "Local Loopback", up: true, running: true, broadcast: false },
    });
  });

  it("interfaces: files beside them are none, and a speed that nobody knows is told by none", async () => {
    const root = directoryOfTest();
    const write = (path: string, text: string) => {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    };
    write("sys/class/net/bonding_masters", "bond0\n");
    const speeds = { eth0: "1000", eth1: "65535", eth2: "4294967295", veth1: "-1", bond0: "0" };
    for (const [name, speed] of Object.entries(speeds)) write(`sys/class/net/${name}/speed`, `${speed}\n`);
    const collector = collectorNamed("interfaces");
    const reading = collector.measure(await sampleOf("interfaces", root), undefined) as Record<
      string,
      Reading
    >;
    expect(Object.entries(reading).map(([name, { speed }]) => [name, speed])).toEqual([
      ["bond0", undefined],
      ["eth0", 1000],
      ["eth1", undefined],
      ["eth2", undefined],
      ["veth1", undefined],
    ]);
  });

  it("sshd", async () => {
    expect(await readingOf("sshd", "5.10")).toEqual({
      host_rsa_key_pub: "AAAAB3NzaC1yc2EAAAADAQABAAABgQC7",
      host_ed25519_key_pub: "AAAAC3NzaC1lZDI1NTE5AAAAIEk",
    });
  });

  it("postfix counts mails in directories of directories", async () => {
    expect(await readingOf("postfix", "5.10")).toEqual({
      queue: { deferred: 3, active: 1, maildrop: 0, incoming: 1, corrupt: 0, hold: 0 },
    });
  });

  it("selinux", async () => {
    expect(await readingOf("selinux", "2.6.32")).toEqual({ enabled: true, mode: "enforcing" });
  });

  it("timezone from the file that Debian keeps", async () => {
    expect(await readingOf("timezone", "4.19")).toEqual({ timezone: "Asia/Tokyo" });
    expect(await readingOf("timezone", "3.10")).toEqual({ timezone: "UTC" });
  });

  it("timezone from the link", async () => {
    const root = directoryOfTest();
    mkdirSync(join(root, "etc"));
    symlinkSync("../usr/share/zoneinfo/America/Argentina/Ushuaia", join(root, "etc/localtime"));
    const sample = await sampleOf("timezone", root);
    expect(collectorNamed("timezone").measure(sample, undefined)).toEqual({
      timezone: "America/Argentina/Ushuaia",
    });
  });

  it.each([
    "postfix",
    "selinux",
    "sshd",
    "dmidecode",
    "pressure",
    "sockets",
    "iostats",
    "networktraffic",
    "cgroups",
  ])("%s of a host that has no such thing", async (name) => {
    const sample = await sampleOf(name, directoryOfTest());
    expect(isNotEligible(sample)).toBe(true);
  });

  it.each(["logins", "coredumps", "processgroups", "timeoffset"])(
    "%s of a host that has nothing for it",
    async (name) => {
      expect(isNotEligible(await sampleOf(name, directoryOfTest()))).toBe(true);
    },
  );

  it.each(["cpustats", "memory", "kernelstats", "loadaverage"])(
    "%s says which file it misses",
    async (name) => {
      await expect(sampleOf(name, directoryOfTest())).rejects.toThrow(/cannot read .*\/proc\//);
    },
  );
});

describe("cgroups", () => {
  it("of version 1, whose controllers share a tree", async () => {
    const sample = await sampleOf("cgroups", join(recorded, "3.10"));
    const reading = collectorNamed("cgroups").measure(sample, { sample, elapsedMs: 1000 });
    expect(Object.keys(reading ?? {}).sort()).toEqual([
      "system.slice",
      "system.slice/nginx.service",
      "system.slice/sshd.service",
      "user.slice",
    ]);
    expect(reading?.["system.slice/nginx.service"]).toEqual({
      cpu: 0,
      memory: 50000000,
      memory_limit: 104857600,
      memory_used: 47.68,
      pids: 5,
    });
    expect(reading?.["system.slice/sshd.service"]).toEqual({ cpu: 0, memory: 4000000, pids: 2 });
  });

  it("of version 2", async () => {
    const reading = await rateOf("cgroups", "5.10");
    expect(reading?.["system.slice/nginx.service"]).toEqual({
      cpu: 50,
      memory: 52428800,
      memory_limit: 104857600,
      memory_used: 50,
      pids: 6,
    });
  });

  it("are bounded in number", async () => {
    const { groups } = (await sampleOf("cgroups", join(recorded, "5.10"), { at_most: 2 })) as {
      groups: Map<string, unknown>;
    };
    expect(groups.size).toBe(2);
  });
});

describe("coredumps", () => {
  it("counts the kept and the recent ones by service", async () => {
    const root = directoryOfTest();
    const nowSeconds = Math.floor(Date.now() / 1000);
    for (const name of [
      `core.web.1.${nowSeconds - 5}`,
      `core.web.2.${nowSeconds - 500}`,
      "core.db.3.1",
      "README",
    ])
      write(join(root, "home/coresave", name), "");
    const sample = await sampleOf("coredumps", root);
    expect(collectorNamed("coredumps").measure(sample, undefined)).toEqual({
      count: 3,
      recent: 1,
      services: { web: { count: 2, recent: 1 }, db: { count: 1, recent: 0 } },
    });
  });
});

describe("logins", () => {
  it("counts sessions whose process lives and logins of the last five minutes", async () => {
    const root = directoryOfTest();
    const nowSeconds = Math.floor(Date.now() / 1000);
    write(
      join(root, "run/utmp"),
      Buffer.concat([record(7, 10, nowSeconds), record(7, 11, nowSeconds), record(8, 10, 0)]),
    );
    write(join(root, "proc/10/stat"), "");
    write(join(root, "var/log/wtmp"), Buffer.concat([record(7, 9, 1000), record(7, 10, nowSeconds - 60)]));
    write(
      join(root, "var/log/btmp"),
      Buffer.concat([record(6, 12, nowSeconds - 20), record(6, 13, nowSeconds), Buffer.alloc(7)]),
    );
    const sample = await sampleOf("logins", root);
    expect(collectorNamed("logins").measure(sample, undefined)).toMatchObject({
      sessions: 1,
      succeeded: 1,
      failed: 2,
      latest: [
        { user: "alice", time: nowSeconds - 60, success: true },
        { success: false },
        { time: nowSeconds, success: false },
      ],
    });
  });

  it("reads records of machines whose times have 64 bits", async () => {
    const root = directoryOfTest();
    const nowSeconds = Math.floor(Date.now() / 1000);
    const wide = (type: number, pid: number, seconds: number) => {
      const bytes = Buffer.alloc(400);
      record(type, pid, 0).copy(bytes, 0, 0, 332);
      bytes.writeBigInt64LE(BigInt(seconds), 344);
      return bytes;
    };
    const rows = [
      wide(2, 0, nowSeconds - 5000),
      wide(6, 700, nowSeconds - 4900),
      wide(7, 20, nowSeconds - 60),
    ];
    write(join(root, "run/utmp"), Buffer.concat([...rows, wide(7, 21, nowSeconds)]));
    for (const pid of [20, 21]) write(join(root, `proc/${pid}/stat`), "");
    write(join(root, "var/log/wtmp"), Buffer.concat([...rows, wide(7, 21, nowSeconds), Buffer.alloc(100)]));
    write(join(root, "var/log/btmp"), wide(6, 22, nowSeconds - 30));
    expect(collectorNamed("logins").measure(await sampleOf("logins", root), undefined)).toMatchObject({
      ...{ sessions: 2, succeeded: 2, failed: 1 },
      latest: [{ time: nowSeconds - 60 }, { time: nowSeconds }, { time: nowSeconds - 30, success: false }],
    });
  });

  it("loses no more than a record that is damaged", async () => {
    const root = directoryOfTest();
    const nowSeconds = Math.floor(Date.now() / 1000);
    const rows = [record(7, 10, nowSeconds), Buffer.alloc(384, 0xee), record(7, 11, nowSeconds)];
    write(join(root, "var/log/wtmp"), Buffer.concat(rows));
    const reading = collectorNamed("logins").measure(await sampleOf("logins", root), undefined);
    expect(reading).toMatchObject({ succeeded: 2 });
  });

  it("asks logind where there is no utmp, and says nothing of what nobody keeps", async () => {
    const root = directoryOfTest();
    const session = (name: string, lines: string) => write(join(root, `run/systemd/sessions/${name}`), lines);
    session("3", "UID=1000\nUSER=anna\nSTATE=active\nCLASS=user\nTTY=pts/0\nLEADER=20\n");
    session("4", "STATE=closing\nCLASS=user\nLEADER=20\n");
    session("5", "STATE=active\nCLASS=manager\nLEADER=20\n");
    session("6", "STATE=active\nCLASS=user\nLEADER=99\n");
    write(join(root, "proc/20/stat"), "");
    write(join(root, "var/log/btmp"), "");
    const reading = collectorNamed("logins").measure(await sampleOf("logins", root), undefined);
    expect(reading).toEqual({ sessions: 1, failed: 0, latest: [] });
  });

  function record(type: number, pid: number, seconds: number): Buffer {
    const bytes = Buffer.alloc(384);
    bytes.writeInt16LE(type, 0);
    bytes.writeInt32LE(pid, 4);
    bytes.write("alice", 44);
    bytes.writeInt32LE(seconds, 340);
    return bytes;
  }
});

function write(path: string, content: string | Buffer): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
}
