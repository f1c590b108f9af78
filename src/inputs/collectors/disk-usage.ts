// Collector `diskusage`: room on the local file systems (contract opsbro §4.2).
import * as z from "zod";
import { type Mount, parseMounts, withoutBindMounts } from "../../formats/proc/mounts.ts";
import type { Clock } from "../../kernel/clock.ts";
import { type CollectorNeeds, defineCollector, type Reading } from "../collector.ts";
import type { FileSystemFigures, HostFiles } from "../host-files.ts";
import { createHangGuard, type HangGuard, type Outcome } from "./measuring/hang-guard.ts";

export interface FileSystemSample {
  readonly mounts: readonly MeasuredMount[];
}

export interface MeasuredMount extends Mount {
  readonly outcome: Outcome<FileSystemFigures>;
}

const mebibyte = 1024 * 1024;

export const diskUsage = defineCollector({
  name: "diskusage",
  summary: "Room on the local file systems.",
  config: z.strictObject({}),
  instances: ["mount"],
  leaves: {
    total: { help: "Size of the file system", unit: "mebibytes" },
    used: { help: "Room that is taken", unit: "mebibytes" },
    available: { help: "Room for everybody, without the reserve of root", unit: "mebibytes" },
    pct_used: { help: "Share of the room that is taken, as df rounds it", unit: "percent" },
    pct_inodes_used: { help: "Share of the inodes that are taken, rounded up", unit: "percent" },
  },
  async read(_config, needs): Promise<FileSystemSample> {
    const text = (await needs.host.text("/proc/self/mounts")) ?? (await needs.host.required("/proc/mounts"));
    return { mounts: await measured(withoutBindMounts(parseMounts(text).filter(isLocal)), needs) };
  },
  measure: ({ mounts }) => Object.fromEntries(mounts.map((mount) => [mount.mountPoint, reading(mount)])),
});

/** Media whose room says nothing: they are full when they are made. */
const fullByNature = new Set(["iso9660", "udf", "squashfs", "erofs", "cramfs", "romfs"]);
/** File systems of a disk whose source is no device. */
const withoutDevice = new Set(["zfs", "btrfs", "bcachefs", "ubifs", "jffs2"]);

/** True for what lies on a disk of this host; a container's root, an overlay, stands for the disk below it. */
export function isLocal({ source, type, mountPoint }: Mount): boolean {
  if (type === "overlay") return mountPoint === "/";
  if (type === "nfs" || type.startsWith("fuse.")) return false;
  return (
    withoutDevice.has(type) || (source.startsWith("/dev/") && !fullByNature.has(type) && type !== "devtmpfs")
  );
}

/** What hangs is remembered for as long as whoever reads this host's files lives. */
const guards = new WeakMap<HostFiles, HangGuard>();

/** The one guard of a host: no more than two of its calls are ever without answer, whoever makes them. */
export function hangGuardOf(host: HostFiles, clock: Clock): HangGuard {
  const guard = guards.get(host) ?? createHangGuard(clock);
  guards.set(host, guard);
  return guard;
}

/** One after the other, so that no more than one call waits for an answer. */
async function measured(mounts: readonly Mount[], { host, clock }: CollectorNeeds): Promise<MeasuredMount[]> {
  const guard = hangGuardOf(host, clock);
  const found: MeasuredMount[] = [];
  for (const mount of mounts) {
    const outcome = await guard.ask(mount.mountPoint, () => host.fileSystem(mount.mountPoint));
    found.push({ ...mount, outcome });
  }
  return found;
}

function reading({ outcome }: MeasuredMount): Reading {
  if (outcome.state === "failed") return { error: outcome.reason };
  if (outcome.state !== "answered") return { [outcome.state]: true };
  const { blockBytes, blocks, freeBlocks, availableBlocks, inodes, freeInodes } = outcome.value;
  const used = blocks - freeBlocks;
  const room = (count: number) => Math.floor((count * blockBytes) / mebibyte);
  return {
    total: room(blocks),
    used: room(used),
    available: room(availableBlocks),
    pct_used: wholePercent(used, used + availableBlocks),
    pct_inodes_used: wholePercent(inodes - freeInodes, inodes),
  };
}

/** Rounded up, so that only what is empty shows 0 and only what is nearly full hides below 100. */
export function wholePercent(part: number, whole: number): number {
  return whole > 0 ? Math.ceil((part * 100) / whole) : 0;
}
