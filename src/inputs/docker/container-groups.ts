// What a container used, out of its control group's files, versions 1 and 2: no engine is asked, and swap is told too.
import { parseLimit } from "../../formats/proc/cgroup.ts";
import { type ContainerStats, parseContainerStats } from "../../formats/proc/docker-stats.ts";
import { parseMeminfo } from "../../formats/proc/meminfo.ts";
import { parseVmstat } from "../../formats/proc/vmstat.ts";
import type { HostFiles } from "../host-files.ts";

/** Undefined where the files of this container are not to be seen: then the engine is asked. */
export type ReadGroup = (id: string) => Promise<ContainerStats | undefined>;

const root = "/sys/fs/cgroup";
/** The kernel's unit of processor time for programs is a hundredth of a second on every architecture. */
const tickNanoseconds = 10_000_000;

/** Where engines put the group of a container, the usual place first. */
const places: readonly ((id: string) => string)[] = [
  (id) => `system.slice/docker-${id}.scope`,
  (id) => `docker/${id}`,
  (id) => `lxc/${id}`,
];

/** For one round: looks first where the container before was found. */
export async function openGroups(host: HostFiles): Promise<ReadGroup> {
  const isVersion2 = (await host.text(`${root}/cgroup.controllers`)) !== undefined;
  const readAt = isVersion2 ? unified(host) : await separate(host);
  let order = [...places];
  return async (id) => {
    for (const place of order) {
      const stats = await readAt(place(id));
      if (stats === undefined) continue;
      order = [place, ...places.filter((other) => other !== place)];
      return stats;
    }
    return undefined;
  };
}

type ReadAt = (group: string) => Promise<ContainerStats | undefined>;

/** Version 2: one tree. */
function unified(host: HostFiles): ReadAt {
  return async (group) => {
    const [memory, cpu] = [
      await host.text(`${root}/${group}/memory.stat`),
      await host.text(`${root}/${group}/cpu.stat`),
    ];
    if (memory === undefined || cpu === undefined) return undefined;
    const spent = parseVmstat(cpu);
    const swap = await figure(host, `${root}/${group}/memory.swap.current`);
    return await statsOf(host, {
      usage: await figure(host, `${root}/${group}/memory.current`),
      limit: await figure(host, `${root}/${group}/memory.max`),
      stats: { ...Object.fromEntries(parseVmstat(memory)), ...(swap === undefined ? {} : { swap }) },
      userNanoseconds: times(spent.get("user_usec"), 1000),
      systemNanoseconds: times(spent.get("system_usec"), 1000),
    });
  };
}

/** Version 1: a tree for each controller, some of which share one. */
async function separate(host: HostFiles): Promise<ReadAt> {
  const trees = await host.list(root);
  const treeOf = (controller: string) =>
    `${root}/${trees.find((tree) => tree.split(",").includes(controller)) ?? controller}`;
  const [memoryTree, cpuTree] = [treeOf("memory"), treeOf("cpuacct")];
  return async (group) => {
    const memory = await host.text(`${memoryTree}/${group}/memory.stat`);
    const cpu = await host.text(`${cpuTree}/${group}/cpuacct.stat`);
    if (memory === undefined || cpu === undefined) return undefined;
    const spent = parseVmstat(cpu);
    return await statsOf(host, {
      usage: await figure(host, `${memoryTree}/${group}/memory.usage_in_bytes`),
      limit: await figure(host, `${memoryTree}/${group}/memory.limit_in_bytes`),
      stats: Object.fromEntries(parseVmstat(memory)),
      userNanoseconds: times(spent.get("user"), tickNanoseconds),
      systemNanoseconds: times(spent.get("system"), tickNanoseconds),
    });
  };
}

interface GroupFigures {
  readonly usage: number | undefined;
  readonly limit: number | undefined;
  readonly stats: Readonly<Record<string, number>>;
  readonly userNanoseconds: number | undefined;
  readonly systemNanoseconds: number | undefined;
}

/** In the engine's own words, so that both ways lead to the same figures. No limit is the host's memory there. */
async function statsOf(
  host: HostFiles,
  { usage, limit, stats, userNanoseconds, systemNanoseconds }: GroupFigures,
): Promise<ContainerStats | undefined> {
  return parseContainerStats({
    memory_stats: { usage, limit: limit ?? (await memoryBytes(host)), stats },
    cpu_stats: {
      cpu_usage: { usage_in_usermode: userNanoseconds, usage_in_kernelmode: systemNanoseconds },
    },
  });
}

async function memoryBytes(host: HostFiles): Promise<number | undefined> {
  return times(parseMeminfo((await host.text("/proc/meminfo")) ?? "").get("memtotal"), 1024);
}

async function figure(host: HostFiles, path: string): Promise<number | undefined> {
  return parseLimit((await host.text(path)) ?? "");
}

function times(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}
