// Loda's CPU type: idle processors, load, and processes by state (contract loda §6.2).
import type { LoadAverage } from "../../formats/proc/loadavg.ts";
import { type CpuTicks, sumOfTicks } from "../../formats/proc/stat.ts";
import type { CpuSample } from "../collectors/cpu-stats.ts";
import { grownTicks } from "../collectors/measuring/ticks.ts";
import type { ProcessesSample } from "../collectors/processes.ts";
import { cutPercent, type LodaPoint, points, type SamplesOf, samplesOf } from "./point.ts";

/** None before there are two samples: the load waits for them too. */
export function processorPoints(samples: SamplesOf): LodaPoint[] {
  const cpus = samplesOf<CpuSample>(samples, "cpustats");
  if (cpus?.earlier === undefined) return [];
  const { sample, earlier } = cpus;
  const idle = (name: string) => idlePercent(sample.cpus.get(name), earlier.sample.cpus.get(name));
  const cores = [...sample.cpus.keys()].filter((name) => name !== "cpu");
  const load = samplesOf<LoadAverage>(samples, "loadaverage")?.sample;
  const processes = samplesOf<ProcessesSample>(samples, "processes")?.sample;
  const inState = (letter: string) => processes && (processes.states.get(letter) ?? 0);
  return [
    ...points({}, { "agent.alive": 1, "cpu.idle": idle("cpu") }),
    ...cores.flatMap((name) => points({ core: name.slice("cpu".length) }, { "cpu.idle.core": idle(name) })),
    ...points(
      {},
      {
        "cpu.loadavg.1": load?.load1,
        "cpu.loadavg.5": load?.load5,
        "cpu.loadavg.15": load?.load15,
        "ps.zombies.num": inState("Z"),
        "ps.running.num": inState("R"),
        "ps.total.num": processes?.total,
      },
    ),
  ];
}

function idlePercent(now: CpuTicks | undefined, before: CpuTicks | undefined): number | undefined {
  const grown = now === undefined || before === undefined ? undefined : grownTicks(now, before);
  const all = grown === undefined ? 0 : sumOfTicks(grown);
  return grown === undefined || all === 0 ? undefined : cutPercent(grown.idle, all);
}
