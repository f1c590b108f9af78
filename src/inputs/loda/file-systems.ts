// Loda's FS type: room, inodes, whether files can be written, and open files of the host (contract loda §6.6).
import type { Mount } from "../../formats/proc/mounts.ts";
import { type FileSystemSample, type MeasuredMount, wholePercent } from "../collectors/disk-usage.ts";
import type { KernelSample } from "../collectors/kernel-stats.ts";
import type { FileSystemFigures } from "../host-files.ts";
import { cutPercent, type LodaPoint, points, type SamplesOf, samplesOf } from "./point.ts";

const sources = new Set(["none", "nodev", "tmpfs"]);
const types = new Set(["cgroup", "debugfs", "devtmpfs", "rpc_pipefs", "rootfs", "overlay"]);
const places = ["/dev", "/sys", "/net", "/misc", "/proc", "/lib", "/run/docker/netns"];
const mebibyte = 1024 * 1024;

/** What the file systems told when something was written to them, by mount point; those that were not asked are absent. */
export type Writability = ReadonlyMap<string, boolean>;

/** The file systems that `diskusage` measures, without those that loda skips. */
export function fileSystemPoints(samples: SamplesOf, writable: Writability): LodaPoint[] {
  const files = samplesOf<KernelSample>(samples, "kernelstats")?.sample.files;
  return [
    ...lodaMounts(samples).flatMap(({ mountPoint, outcome }) =>
      points(
        { mount: mountPoint },
        {
          ...(outcome.state === "answered" ? room(outcome.value) : {}),
          "fs.files.rw": outcome.state === "hung" ? 0 : asNumber(writable.get(mountPoint)),
        },
      ),
    ),
    ...points(
      {},
      files === undefined
        ? {}
        : {
            "kernel.files.max": files.max,
            "kernel.files.allocated": files.allocated,
            "kernel.files.allocated.percent": cutPercent(files.allocated, files.max),
            "kernel.files.left": files.max - files.allocated,
          },
    ),
  ];
}

/** Mounts that the FS type speaks of. */
export function lodaMounts(samples: SamplesOf): readonly MeasuredMount[] {
  const mounts = samplesOf<FileSystemSample>(samples, "diskusage")?.sample.mounts ?? [];
  return mounts.filter((mount) => !isSkipped(mount));
}

function isSkipped({ source, type, mountPoint }: Mount): boolean {
  if (sources.has(source) || types.has(type) || type.startsWith("fuse")) return true;
  return places.some((place) => mountPoint.startsWith(place));
}

function room(figures: FileSystemFigures) {
  const { blockBytes, blocks, freeBlocks, availableBlocks, inodes, freeInodes } = figures;
  const mebibytes = (count: number) => Math.floor((count * blockBytes) / mebibyte);
  const used = blocks - freeBlocks;
  return {
    "fs.space.total": mebibytes(blocks),
    "fs.space.used": mebibytes(used),
    "fs.space.free": mebibytes(availableBlocks),
    "fs.space.used.percent": wholePercent(used, used + availableBlocks),
    "fs.inodes.used.percent": wholePercent(inodes - freeInodes, inodes),
  };
}

function asNumber(answer: boolean | undefined): number | undefined {
  return answer === undefined ? undefined : Number(answer);
}
