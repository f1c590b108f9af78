// Collector `memory`: what the memory is used for (contract opsbro §4.2).
import * as z from "zod";
import { type MemoryFigures, parseMeminfo } from "../../formats/proc/meminfo.ts";
import { defineCollector } from "../collector.ts";
import { percentOf } from "./measuring/rate.ts";

export interface MemorySample {
  readonly figures: MemoryFigures;
}

export const memory = defineCollector({
  name: "memory",
  summary: "What the memory and the swap space are used for.",
  config: z.strictObject({}),
  leaves: {
    "*": { help: "Memory of this kind, as the kernel counts it", unit: "kibibytes" },
    hugepages_total: { help: "Huge pages that are set aside" },
    hugepages_free: { help: "Huge pages that nobody uses" },
    hugepages_rsvd: { help: "Huge pages that are promised but not yet used" },
    hugepages_surp: { help: "Huge pages beyond the number that was asked for" },
    phys_total: { help: "Memory of the host", unit: "kibibytes" },
    phys_free: { help: "Memory that is free or holds what can be dropped", unit: "kibibytes" },
    phys_used: { help: "Share of the memory that is in use", unit: "percent" },
    swap_free: { help: "Swap space that is free", unit: "kibibytes" },
    swap_used: { help: "Share of the swap space that is in use, 0 without swap space", unit: "percent" },
  },
  async read(_config, { host }): Promise<MemorySample | { notEligible: string }> {
    const figures = parseMeminfo(await host.required("/proc/meminfo"));
    return figures.has("memtotal") ? { figures } : { notEligible: "/proc/meminfo tells no total" };
  },
  measure({ figures }) {
    const at = (key: string) => figures.get(key) ?? 0;
    const total = at("memtotal");
    // The kernel counts shared memory and tmpfs as cached, and can drop neither.
    const dropped = Math.max(0, at("cached") - at("shmem"));
    const free = at("memfree") + at("buffers") + dropped + at("sreclaimable");
    return {
      ...Object.fromEntries(figures),
      phys_total: total,
      phys_free: free,
      phys_used: percentOf(Math.max(0, total - free), total),
      swap_free: at("swapfree"),
      swap_used: percentOf(Math.max(0, at("swaptotal") - at("swapfree")), at("swaptotal")),
    };
  },
});
