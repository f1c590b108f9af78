// The module: the host's collectors and the metric programs, each on its own beat, all handing on batches.
import { join } from "node:path";
import { type Context, defineModule, type Running } from "../kernel/module.ts";
import { Supervisor } from "../kernel/supervisor.ts";
import type { Batch } from "../metric/metric.ts";
import type { Refused } from "../metric/refused.ts";
import type { ListenUrl } from "../transports/listen-url.ts";
import {
  type CollectorSet,
  type CollectorSetNeeds,
  createCollectorSet,
  type StateChange,
} from "./collector-set.ts";
import { allCollectors, type InputsConfig, inputsConfig } from "./config.ts";
import { createDocker, type Docker } from "./docker/docker.ts";
import { createFollowedEngine } from "./docker/followed-engine.ts";
import { limitEvents } from "./event-budget.ts";
import type { Listener, ListenerNeeds, ListenerReport } from "./listener.ts";
import { listenerKinds } from "./listener-kinds.ts";
import { type LodaPoint, type LodaSettings, type LodaType, lodaMeasurements } from "./loda/index.ts";
import {
  type MetricPrograms,
  type ProgramRun,
  startMetricPrograms,
} from "./metric-programs/metric-programs.ts";
import { createPush, type Push, type PushNeeds } from "./push/push.ts";

export interface InputsNeeds
  extends Pick<ListenerNeeds, "onCheck" | "onEvent" | "pressure">,
    Pick<PushNeeds, "keep">,
    Pick<CollectorSetNeeds, "isInGroup" | "onReading" | "settingsOf"> {
  readonly stateDirectory: string;
  /** Runs a metric program by its base name. */
  readonly runMetricProgram: (request: { name: string; option: string }) => Promise<ProgramRun>;
  /** Takes batches that came together, and tells what nobody can keep. */
  readonly emit: (batches: readonly Batch[]) => Refused;
  /** Told of every change of a collector's state. */
  readonly onCollector: (change: StateChange) => void;
}

export interface Inputs extends Running {
  readonly collectors: Omit<CollectorSet, "stop">;
  readonly metricPrograms: Omit<MetricPrograms, "stop">;
  /** The Docker engine of this host, as the collector `docker` sees it. */
  readonly docker: Docker;
  /** Takes what is pushed over HTTP. */
  readonly push: Omit<Push, "report">;
  /** What each listener received, and what it could not use. */
  listenerReports(): Promise<readonly ListenerReport[]>;
  /** What the loda ecosystem measures, from the collectors' last readings. */
  lodaMeasurements(type: LodaType, settings?: LodaSettings): readonly LodaPoint[];
}

export const inputsModule = defineModule<InputsConfig, InputsNeeds, Inputs>({
  name: "inputs",
  summary: "Measures the host with collectors, and runs metric programs.",
  config: inputsConfig,
  async start(config, needs) {
    const followed = createFollowedEngine({ ...needs, log: needs.log.child("docker") });
    const collectors = createCollectorSet(config.collectors, {
      ...needs,
      engineAt: (socket) => followed.at(socket),
      emit: (batch) => void needs.emit([batch]),
      onChange: needs.onCollector,
    });
    const metricPrograms = startMetricPrograms(config.metric_programs, {
      ...needs,
      defaultFile: join(needs.stateDirectory, "metrics.yaml"),
      runProgram: needs.runMetricProgram,
    });
    const parts = new Supervisor(needs);
    const push = createPush({ ...needs, log: needs.log.child("push") });
    parts.adopt("docker", followed);
    parts.adopt("collectors", collectors);
    parts.adopt("metric programs", metricPrograms);
    const listeners = await startListeners(config, parts, needs);
    collectors.start();
    return {
      collectors,
      metricPrograms,
      docker: createDocker({ clock: needs.clock, followed, collectors }),
      push,
      listenerReports: async () => [
        ...(await Promise.all(listeners.map((listener) => listener.report()))),
        ...(push.report.received > 0 ? [push.report] : []),
      ],
      lodaMeasurements: (type, settings) =>
        lodaMeasurements(type, (name) => collectors.samples(name), settings),
      stop: () => parts.stop(),
    };
  },
});

/** Those that are configured, in the order of the list. One that cannot listen takes down the others. */
async function startListeners(
  config: InputsConfig,
  parts: Supervisor,
  needs: InputsNeeds & Context,
): Promise<Listener[]> {
  const listeners: Listener[] = [];
  for (const { name, start } of listenerKinds) {
    const settings = (config as Readonly<Record<string, unknown>>)[name];
    if (settings === undefined) continue;
    const log = needs.log.child(name);
    const starting = start(settings, { ...needs, log, onEvent: limitEvents(name, { ...needs, log }) });
    const listener = await parts.start(`inputs.${name}`, starting);
    listeners.push(listener);
  }
  return listeners;
}

/** Where the listeners that are configured will listen. */
export function listenAddresses(config: InputsConfig): ListenUrl[] {
  const sections = config as Readonly<Record<string, unknown>>;
  return listenerKinds.flatMap(({ name }) => {
    const section = sections[name] as { readonly listen: readonly ListenUrl[] } | undefined;
    return section?.listen ?? [];
  });
}

/** The tag that stands as second part in dotted names of a collector's series. */
export function instanceTagOf(collector: string): string | undefined {
  const tag = collectorFacts.get(collector)?.instances?.[0];
  return tag === "" ? undefined : tag;
}

/** What is known of a family of series by the first part of its name, for whoever shows it. */
export const collectorFacts = new Map(
  allCollectors.map(({ name, instances, leaves }) => [name, { instances, leaves }] as const),
);
