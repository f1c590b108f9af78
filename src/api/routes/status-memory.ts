// GET /status/memory: Go's names for the numbers that Node has too (contract happo §7.2).
import { PerformanceObserver } from "node:perf_hooks";
import { getHeapStatistics } from "node:v8";
import { memoryAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export interface MemoryNeeds {
  readonly collections: Collections;
}

/** Garbage collections since the agent started. */
export interface Collections {
  readonly count: number;
  readonly pauseNs: number;
  stop(): void;
}

export function observeCollections(): Collections {
  let count = 0;
  let pauseNs = 0;
  const observer = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) {
      count += 1;
      pauseNs += Math.round(duration * 1e6);
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  return {
    get count() {
      return count;
    },
    get pauseNs() {
      return pauseNs;
    },
    stop: () => observer.disconnect(),
  };
}

/** Numbers of Go's run time that have no meaning here; they stay in the answer for its readers. */
const meaningless = [
  "Lookups Mallocs Frees HeapReleased HeapObjects StackInuse StackSys MSpanInuse MSpanSys MCacheInuse MCacheSys",
  "BuckHashSys GCSys OtherSys LastGC NumForcedGC GCCPUFraction",
].flatMap((names) => names.split(" "));

export const statusMemory = defineRoute({
  method: "GET",
  path: "/status/memory",
  summary: "Tells what memory the agent uses.",
  role: "read",
  answers: { 200: { description: "Bytes, by the names of Go's runtime.MemStats.", schema: memoryAnswer } },
  handle: (_input: undefined, { collections }: MemoryNeeds) => {
    const { rss, heapTotal, heapUsed, external, arrayBuffers } = process.memoryUsage();
    const json = {
      Alloc: heapUsed,
      TotalAlloc: heapUsed,
      Sys: rss,
      HeapAlloc: heapUsed,
      HeapSys: heapTotal,
      HeapIdle: heapTotal - heapUsed,
      HeapInuse: heapUsed,
      NextGC: getHeapStatistics().heap_size_limit,
      NumGC: collections.count,
      PauseTotalNs: collections.pauseNs,
      PauseNs: [],
      PauseEnd: [],
      BySize: [],
      EnableGC: true,
      DebugGC: false,
      ...Object.fromEntries(meaningless.map((name) => [name, 0])),
      rss,
      external,
      arrayBuffers,
    };
    return { status: 200, json };
  },
});
