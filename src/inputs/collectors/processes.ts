// Collector `processes`: how many processes are in which state.
import * as z from "zod";
import { defineCollector } from "../collector.ts";
import { scanProcesses } from "./measuring/process-scan.ts";

export interface ProcessesSample {
  readonly total: number;
  readonly threads: number;
  /** Numbers by the kernel's letter. */
  readonly states: ReadonlyMap<string, number>;
}

export const processes = defineCollector({
  name: "processes",
  summary: "How many processes there are, and in which state.",
  config: z.strictObject({}),
  leaves: {
    total: { help: "Processes" },
    threads: { help: "Threads of all processes" },
    running: { help: "Processes that run or wait for a processor" },
    sleeping: { help: "Processes that wait for something" },
    blocked: { help: "Processes that wait for a disk and cannot be disturbed" },
    zombies: { help: "Processes that ended and that nobody asked after" },
    stopped: { help: "Processes that were stopped or are traced" },
    idle: { help: "Threads of the kernel without work" },
  },
  async read(_config, needs): Promise<ProcessesSample> {
    const states = new Map<string, number>();
    let total = 0;
    let threads = 0;
    await scanProcesses(needs, (_pid, stat) => {
      total += 1;
      threads += stat.threads;
      states.set(stat.state, (states.get(stat.state) ?? 0) + 1);
    });
    return { total, threads, states };
  },
  measure({ total, threads, states }) {
    const of = (letters: string) => [...letters].reduce((sum, letter) => sum + (states.get(letter) ?? 0), 0);
    return {
      total,
      threads,
      running: of("R"),
      sleeping: of("S"),
      blocked: of("D"),
      zombies: of("Z"),
      stopped: of("Tt"),
      idle: of("I"),
    };
  },
});
