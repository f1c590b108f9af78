// Loda's MEM type, in whole mebibytes (contract loda §6.3).
import type { MemorySample } from "../collectors/memory.ts";
import { cutPercent, type LodaPoint, points, type SamplesOf, samplesOf } from "./point.ts";

export function memoryPoints(samples: SamplesOf): LodaPoint[] {
  const figures = samplesOf<MemorySample>(samples, "memory")?.sample.figures;
  if (figures === undefined) return [];
  const at = (key: string) => figures.get(key) ?? 0;
  const mebibytes = (kibibytes: number) => Math.floor(kibibytes / 1024);
  const total = mebibytes(at("memtotal"));
  const free = mebibytes(figures.get("memavailable") ?? at("memfree") + at("buffers") + at("cached"));
  const used = total - free;
  return points(
    {},
    {
      "mem.total": total,
      "mem.used": used,
      "mem.free": free,
      "mem.used.percent": cutPercent(used, total),
      "mem.buffers": mebibytes(at("buffers")),
      "mem.cached": mebibytes(at("cached")),
      "mem.swap.used.percent": cutPercent(at("swaptotal") - at("swapfree"), at("swaptotal")),
    },
  );
}
