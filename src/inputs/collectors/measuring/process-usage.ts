// The processes of chosen programs, and what each of them used so far.
import { type ProcessIo, parsePidIo, residentBytesOf } from "../../../formats/proc/pid-status.ts";
import { type CpuTicks, parseStat } from "../../../formats/proc/stat.ts";
import type { CollectorNeeds } from "../../collector.ts";
import { scanProcesses } from "./process-scan.ts";

export interface ProcessGroup {
  readonly name: string;
  /** Path of an executable when it begins with `/`, a command's name otherwise. */
  readonly match: string;
}

export interface ProcessGroupsSample {
  readonly machine: MachineTicks;
  /** By the group's name; each process by pid and start, because pids are used again. */
  readonly groups: ReadonlyMap<string, ReadonlyMap<string, GroupProcess>>;
}

interface MachineTicks {
  /** Of all processors together; undefined where nobody tells. */
  readonly ticks: CpuTicks | undefined;
  readonly processors: number;
}

export interface GroupProcess {
  readonly ticks: number;
  readonly threads: number;
  readonly residentBytes: number;
  readonly descriptors: number;
  /** Undefined for processes of others, when the agent is not root. */
  readonly io: ProcessIo | undefined;
}

/** The kernel cuts commands' names to this. */
const nameLimit = 15;

/** Reads the processes that belong to groups: of the others no more than a line and, where paths count, a link. */
export async function readProcessGroups(
  groups: readonly ProcessGroup[],
  needs: Pick<CollectorNeeds, "host" | "signal">,
): Promise<ProcessGroupsSample> {
  const { host } = needs;
  const byPath = groups.some(({ match }) => match.startsWith("/"));
  const found = new Map(groups.map(({ name }) => [name, new Map<string, GroupProcess>()]));
  await scanProcesses(needs, async (pid, { name, state, ticks, threads, startTicks, residentPages }) => {
    // Nothing runs any more: only its parent has not asked how it ended.
    if (state === "Z") return;
    // Threads of the kernel and zombies use no memory and have no executable.
    const executable = byPath && residentPages > 0 ? await executableOf(pid, host) : undefined;
    const own = groups.filter(({ match }) =>
      match.startsWith("/") ? match === executable : match.slice(0, nameLimit) === name,
    );
    if (own.length === 0) return;
    const process = { ticks, threads, ...(await usageOf(pid, host)) };
    for (const group of own) found.get(group.name)?.set(`${pid}:${startTicks}`, process);
  });
  return { machine: machineTicks((await host.text("/proc/stat")) ?? ""), groups: found };
}

/** A program that was replaced while it runs is still that program. */
async function executableOf(pid: string, host: CollectorNeeds["host"]): Promise<string | undefined> {
  return (await host.link(`/proc/${pid}/exe`))?.replace(/ \(deleted\)$/, "");
}

async function usageOf(pid: string, host: CollectorNeeds["host"]) {
  const io = await host.text(`/proc/${pid}/io`);
  return {
    residentBytes: residentBytesOf((await host.text(`/proc/${pid}/status`)) ?? "") ?? 0,
    descriptors: (await host.list(`/proc/${pid}/fd`)).length,
    io: io === undefined ? undefined : parsePidIo(io),
  };
}

function machineTicks(text: string): MachineTicks {
  const { cpus } = parseStat(text);
  return { ticks: cpus.get("cpu"), processors: Math.max(1, cpus.size - 1) };
}
