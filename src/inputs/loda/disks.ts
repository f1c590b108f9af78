// Loda's DISK type (contract loda §6.4).
import { type DiskSample, grownDisk } from "../collectors/io-stats.ts";
import { cut, type LodaPoint, points, type SamplesOf, samplesOf } from "./point.ts";

/** Whole disks by the families that loda knows; those of NVMe are our addition. */
const families = /^([sv]d[a-z]|(xvd|hio|fio)[a-z]|nvme[0-9]+n[0-9]+)$/;

/** Disks that have never been read are left out, as are those whose counters went back. */
export function diskPoints(samples: SamplesOf): LodaPoint[] {
  const disks = samplesOf<DiskSample>(samples, "iostats");
  if (disks?.earlier === undefined) return [];
  const { sample, earlier } = disks;
  return [...sample.disks].flatMap(([device, now]) => {
    const before = earlier.sample.disks.get(device);
    if (!families.test(device) || now.reads === 0 || before === undefined) return [];
    const grown = grownDisk(now, before);
    return grown === undefined ? [] : points({ device }, measurements(grown, earlier.elapsedMs));
  });
}

function measurements(grown: NonNullable<ReturnType<typeof grownDisk>>, elapsedMs: number) {
  const wholeSeconds = Math.max(1, Math.floor(elapsedMs / 1000));
  const requests = grown.reads + grown.writes;
  return {
    "disk.io.read_requests": cut(grown.reads / wholeSeconds),
    "disk.io.write_requests": cut(grown.writes / wholeSeconds),
    "disk.io.await": requests === 0 ? 0 : cut((grown.readingMs + grown.writingMs) / requests),
    "disk.io.util": Math.min(100, cut((grown.busyMs * 100) / elapsedMs)),
  };
}
