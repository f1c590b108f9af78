// Collector `cgroups`: what slices, services and containers use, as control groups of version 1 or 2 count it.
import * as z from "zod";
import { parseCpuStat, parseLimit } from "../../formats/proc/cgroup.ts";
import { defineCollector, type NotEligible } from "../collector.ts";
import type { HostFiles } from "../host-files.ts";
import { growth, hundredths, percentOf, readingOf, readingOfEach } from "./measuring/rate.ts";

export interface ControlGroup {
  readonly cpuNanoseconds: number | undefined;
  readonly memoryBytes: number | undefined;
  readonly memoryLimitBytes: number | undefined;
  readonly pids: number | undefined;
}

export interface ControlGroupsSample {
  /** By path below the root, such as `system.slice/ssh.service`. */
  readonly groups: ReadonlyMap<string, ControlGroup>;
}

const root = "/sys/fs/cgroup";

export const controlGroups = defineCollector({
  name: "cgroups",
  summary: "What slices, services and containers use.",
  everyMs: 30_000,
  config: z.strictObject({
    at_most: z.int().min(1).max(5000).default(200).describe("Groups that are measured."),
  }),
  instances: ["cgroup"],
  leaves: {
    cpu: { help: "Processor time of the group, 100 for each processor that is kept busy", unit: "percent" },
    memory: { help: "Memory of the group, its files in the page cache included", unit: "bytes" },
    memory_limit: { help: "Memory that the group may have", unit: "bytes" },
    memory_used: { help: "Share of its limit that the group has", unit: "percent" },
    pids: { help: "Processes and threads of the group" },
  },
  async read({ at_most }, { host }): Promise<ControlGroupsSample | NotEligible> {
    const version2 = (await host.text(`${root}/cgroup.controllers`)) !== undefined;
    const hierarchy = version2 ? unified(host) : await separate(host);
    const groups = new Map<string, ControlGroup>();
    for (const name of await groupNames(hierarchy.folders, at_most)) {
      const group = await hierarchy.group(name);
      if (Object.values(group).some((figure) => figure !== undefined)) groups.set(name, group);
    }
    return groups.size > 0 ? { groups } : { notEligible: `there are no groups in ${root}` };
  },
  measure({ groups }, earlier) {
    if (earlier === undefined) return undefined;
    return readingOfEach(groups, ({ cpuNanoseconds, memoryBytes, memoryLimitBytes, pids }, name) => {
      const spent = growth(cpuNanoseconds, earlier.sample.groups.get(name)?.cpuNanoseconds);
      const limited = memoryBytes !== undefined && memoryLimitBytes !== undefined;
      return readingOf({
        cpu: spent === undefined ? undefined : hundredths(spent / 1e4 / earlier.elapsedMs),
        memory: memoryBytes,
        memory_limit: memoryLimitBytes,
        memory_used: limited ? percentOf(memoryBytes, memoryLimitBytes) : undefined,
        pids,
      });
    });
  },
});

interface Hierarchy {
  folders(path: string): Promise<readonly string[]>;
  group(name: string): Promise<ControlGroup>;
}

/** Version 2: one tree. */
function unified(host: HostFiles): Hierarchy {
  const figure = async (path: string) => parseLimit((await host.text(path)) ?? "");
  return {
    folders: (path) => host.folders(root + path),
    async group(name) {
      const at = `${root}/${name}`;
      return {
        cpuNanoseconds: parseCpuStat((await host.text(`${at}/cpu.stat`)) ?? ""),
        memoryBytes: await figure(`${at}/memory.current`),
        memoryLimitBytes: await figure(`${at}/memory.max`),
        pids: await figure(`${at}/pids.current`),
      };
    },
  };
}

/** Version 1: a tree for each controller, some of which share one. */
async function separate(host: HostFiles): Promise<Hierarchy> {
  const trees = await host.list(root);
  const treeOf = (controller: string) =>
    `${root}/${trees.find((tree) => tree.split(",").includes(controller)) ?? controller}`;
  const [cpu, memory, pids] = [treeOf("cpuacct"), treeOf("memory"), treeOf("pids")];
  const figure = async (path: string) => parseLimit((await host.text(path)) ?? "");
  return {
    async folders(path) {
      const names = new Set<string>();
      for (const tree of [cpu, memory, pids])
        for (const name of await host.folders(tree + path)) names.add(name);
      return [...names];
    },
    group: async (name) => ({
      cpuNanoseconds: await figure(`${cpu}/${name}/cpuacct.usage`),
      memoryBytes: await figure(`${memory}/${name}/memory.usage_in_bytes`),
      memoryLimitBytes: await figure(`${memory}/${name}/memory.limit_in_bytes`),
      pids: await figure(`${pids}/${name}/pids.current`),
    }),
  };
}

/** The groups at the top, and what slices have directly below them. */
async function groupNames(folders: Hierarchy["folders"], atMost: number): Promise<readonly string[]> {
  const top = await folders("");
  const names = [...top];
  for (const name of top) {
    if (names.length >= atMost) break;
    if (!name.endsWith(".slice")) continue;
    for (const below of await folders(`/${name}`)) names.push(`${name}/${below}`);
  }
  return names.slice(0, atMost);
}
