// Which of the devices that the kernel counts for are disks: whole, and of their own.
import type { DiskCounters } from "../../../formats/proc/diskstats.ts";
import type { HostFiles } from "../../host-files.ts";

type Disks = ReadonlyMap<string, DiskCounters>;

const folder = "/sys/block";
/** Made of files or memory, drives for what is put in and taken out, and what a card keeps for its firmware. */
const isMadeUp = (name: string) =>
  /^(?:(?:loop|ram|zram|fd|sr)[0-9]+|mmcblk[0-9]+(?:boot[0-9]|rpmb))$/.test(name);
const numberedDisk = /^(nvme[0-9]+n[0-9]+|mmcblk[0-9]+)$/;
/** One of several ways to a disk (kernel Documentation/admin-guide/nvme-multipath): controller, path, name space. */
const path = /^nvme([0-9]+)c[0-9]+n([0-9]+)$/;

/** The kernel says in /sys/block what is no partition, whatever it is called. What is put together of others is none. */
export async function wholeDisks(counted: Disks, host: Pick<HostFiles, "list">): Promise<Disks> {
  const listed = new Set(await host.list(folder));
  const disks = new Map<string, DiskCounters>();
  for (const [name, counters] of counted)
    if (listed.size === 0 ? isNamedAsDisk(name) : await isOwnDisk(name, listed, host))
      disks.set(name, counters);
  return withPaths(disks, counted);
}

async function isOwnDisk(
  name: string,
  listed: ReadonlySet<string>,
  host: Pick<HostFiles, "list">,
): Promise<boolean> {
  // A slash of a name is an exclamation mark there.
  const entry = name.replaceAll("/", "!");
  if (!listed.has(entry) || isMadeUp(name) || path.test(name)) return false;
  return (await host.list(`${folder}/${entry}/slaves`)).length === 0;
}

/** Where nobody says: a digit marks a partition or a made-up device, but for the two families that count their disks. */
function isNamedAsDisk(name: string): boolean {
  return /[0-9]/.test(name) ? numberedDisk.test(name) : true;
}

/** A disk with several ways to it may count nothing itself: then its ways do. */
function withPaths(disks: Map<string, DiskCounters>, counted: Disks): Disks {
  for (const [name, counters] of counted) {
    const [, controller, space] = path.exec(name) ?? [];
    const head = `nvme${controller}n${space}`;
    const own = counted.get(head);
    if (controller === undefined || !disks.has(head) || own === undefined || !isIdle(own)) continue;
    disks.set(head, sumOf(disks.get(head) ?? own, counters));
  }
  return disks;
}

function isIdle(counters: DiskCounters): boolean {
  return Object.values(counters).every((counter) => counter === 0);
}

function sumOf(one: DiskCounters, other: DiskCounters): DiskCounters {
  const sums = Object.entries(one).map(([key, value]) => [key, value + other[key as keyof DiskCounters]]);
  return Object.fromEntries(sums) as unknown as DiskCounters;
}
