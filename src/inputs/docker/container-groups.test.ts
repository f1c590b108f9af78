// Control groups of containers in the layouts that engines make, below a host's root.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { containerId } from "../../../test/support/docker/docker-stand-in.ts";
import { directoryOfTest } from "../../../test/support/temporary.ts";
import { createHostFiles } from "../host-files.ts";
import { openGroups } from "./container-groups.ts";

const id = containerId("c0ffee");
const meminfo = { "proc/meminfo": "MemTotal:        8000 kB\nMemFree:         1000 kB\n" };

/** A host that has these files, by path below its root. */
function hostOf(files: Readonly<Record<string, string>>) {
  const root = directoryOfTest();
  for (const [path, text] of Object.entries({ ...meminfo, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return createHostFiles(root);
}

const below = (folder: string, files: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`sys/fs/cgroup/${folder}/${name}`, text]));

const version2 = { "sys/fs/cgroup/cgroup.controllers": "cpuset cpu io memory pids\n" };
const files2 = {
  "memory.stat":
    "anon 2000\nfile 1500\nkernel_stack 16\nfile_mapped 500\nswapcached 0\ninactive_anon 1990\nactive_anon 10\ninactive_file 600\nactive_file 900\nunevictable 1\npgfault 1000\npgmajfault 10\n",
  "memory.current": "5000\n",
  "memory.max": "max\n",
  "memory.swap.current": "77\n",
  "cpu.stat": "usage_usec 3000000\nuser_usec 2000000\nsystem_usec 1000000\nnr_periods 0\n",
};
const memory1 = {
  "memory.stat":
    "cache 1500\nrss 2000\nrss_huge 0\nmapped_file 500\nswap 77\npgpgin 30\npgpgout 20\npgfault 1000\npgmajfault 10\ninactive_anon 1990\nactive_anon 10\ninactive_file 600\nactive_file 900\nunevictable 1\nhierarchical_memory_limit 9223372036854771712\ntotal_cache 9\n",
  "memory.usage_in_bytes": "5000\n",
  "memory.limit_in_bytes": "9223372036854771712\n",
};
const cpu1 = { "cpuacct.stat": "user 200\nsystem 100\n", "cpuacct.usage": "3000000000\n" };

const memory = {
  ...{ usage: 5000, limit: 8_192_000, cache: 1500, rss: 2000, swap: 77, mapped_file: 500 },
  ...{ active_anon: 10, inactive_anon: 1990, active_file: 900, inactive_file: 600, unevictable: 1 },
};

const statsAt = async (host: ReturnType<typeof hostOf>) => {
  const stats = await (await openGroups(host))(id);
  return (
    stats && {
      ...{ memory: Object.fromEntries(stats.memory), events: Object.fromEntries(stats.events) },
      ...{ user: stats.userSeconds, system: stats.systemSeconds },
    }
  );
};

describe("control groups of version 2", () => {
  it.each([[`system.slice/docker-${id}.scope`], [`docker/${id}`]])("at %s", async (folder) => {
    const host = hostOf({ ...version2, ...below(folder, files2) });
    expect(await statsAt(host)).toEqual({
      ...{ memory, events: { pgfault: 1000, pgmajfault: 10 } },
      ...{ user: 2, system: 1 },
    });
  });

  it("with a limit, and without swap", async () => {
    const { "memory.swap.current": _swap, ...rest } = files2;
    const host = hostOf({ ...version2, ...below(`docker/${id}`, { ...rest, "memory.max": "6000\n" }) });
    const stats = await statsAt(host);
    expect(stats?.memory["limit"]).toBe(6000);
    expect(stats?.memory).not.toHaveProperty("swap");
  });
});

describe("control groups of version 1", () => {
  it.each([
    [`docker/${id}`, "cpu,cpuacct"],
    [`system.slice/docker-${id}.scope`, "cpuacct,cpu"],
    [`lxc/${id}`, "cpuacct"],
  ])("at %s in the tree %s", async (folder, cpuTree) => {
    const host = hostOf({
      ...below(`memory/${folder}`, memory1),
      ...below(`${cpuTree}/${folder}`, cpu1),
    });
    expect(await statsAt(host)).toEqual({
      ...{ memory, events: { pgfault: 1000, pgmajfault: 10, pgpgin: 30, pgpgout: 20 } },
      ...{ user: 2, system: 1 },
    });
  });
});

describe("nothing is told of a container", () => {
  const { "memory.current": _usage, ...withoutUsage } = files2;
  const { "cpu.stat": _cpu, ...withoutCpu } = files2;
  it.each([
    ["that has another place", { ...version2, ...below(`other/${id}`, files2) }],
    ["that is another one", { ...version2, ...below(`docker/${containerId("beef")}`, files2) }],
    ["whose memory is not counted", { ...version2, ...below(`docker/${id}`, withoutUsage) }],
    ["whose time is not counted", { ...version2, ...below(`docker/${id}`, withoutCpu) }],
    ["on a host without control groups", {}],
  ])("%s", async (_what, files) => {
    expect(await statsAt(hostOf(files))).toBeUndefined();
  });
});

it("finds containers in unlike places on one host", async () => {
  const other = containerId("beef");
  const host = hostOf({
    ...version2,
    ...below(`docker/${id}`, files2),
    ...below(`system.slice/docker-${other}.scope`, { ...files2, "memory.current": "9\n" }),
  });
  const read = await openGroups(host);
  const usages = [];
  for (const one of [id, other, id]) usages.push((await read(one))?.memory.get("usage"));
  expect(usages).toEqual([5000, 9, 5000]);
});
