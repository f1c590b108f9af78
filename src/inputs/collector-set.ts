// All collectors of an agent: planned from the configuration, started with their splay, reported by name.
import { createHash } from "node:crypto";
import { setMaxListeners } from "node:events";
import { hostname } from "node:os";
import type * as z from "zod";
import { problemLine, readObject, type Written } from "../config/index.ts";
import type { Context, Running } from "../kernel/module.ts";
import type { Collector, Earlier } from "./collector.ts";
import {
  type CollectorPlan,
  type CollectorReport,
  CollectorRun,
  type CollectorRunNeeds,
  type CollectorState,
} from "./collector-run.ts";
import { allCollectors, type CollectorSettings, type InputsConfig } from "./config.ts";
import { createHostFiles, type HostFiles } from "./host-files.ts";

export interface CollectorSetNeeds
  extends Context,
    Pick<CollectorRunNeeds, "emit" | "engineAt" | "isInGroup" | "onReading"> {
  /** Told of every change of a collector's state. */
  readonly onChange: (change: StateChange) => void;
  /** Parameters that a pack has for a collector that the configuration does not name. */
  readonly settingsOf?: (name: string) => Written | undefined;
}

export interface StateChange {
  /** Unix seconds. */
  readonly date: number;
  readonly name: string;
  readonly from: CollectorState;
  readonly to: CollectorState;
  readonly log: string;
}

export interface CollectorSet extends Running {
  /** By name, in the order of names. */
  reports(): readonly CollectorReport[];
  /** True while what the collector found last still holds. */
  isActive(name: string): boolean;
  /** The newest changes of state, oldest first. */
  changes(): readonly StateChange[];
  /** One round of each collector that is switched on. */
  runOnce(): Promise<void>;
  /** The last two samples of a collector, for those who measure other things from the same readings. */
  samples(name: string): { sample: unknown; earlier: Earlier<unknown> | undefined } | undefined;
}

const defaultDeadlineMs = 5000;
const changesKept = 1000;

export function createCollectorSet(
  config: InputsConfig["collectors"],
  needs: CollectorSetNeeds,
): CollectorSet & { start(): void } {
  const changes: StateChange[] = [];
  const ending = new AbortController();
  setMaxListeners(0, ending.signal);
  const host: HostFiles = createHostFiles(config.host_root);
  const onState = ({ name, from, to, log }: Omit<StateChange, "date">) => {
    const change = { date: Math.floor(needs.clock.now() / 1000), name, from, to, log };
    changes.push(change);
    needs.onChange(change);
    if (changes.length > changesKept) changes.shift();
  };
  const runs = allCollectors
    .map((collector) => planOf(collector, config, needs))
    .sort((one, other) => (one.collector.name < other.collector.name ? -1 : 1))
    .map((plan) => new CollectorRun(plan, { ...needs, signal: ending.signal, host, onState }));
  const active = runs.filter(({ plan }) => plan.enabled);
  let schedules: readonly Running[] = [];
  return {
    reports: () => runs.map(({ report }) => report),
    isActive: (name) => runs.find(({ plan }) => plan.collector.name === name)?.isActive ?? false,
    changes: () => changes,
    samples: (name) => runs.find(({ plan }) => plan.collector.name === name)?.samples,
    runOnce: async () => void (await Promise.all(active.map((run) => run.once()))),
    start() {
      // Nobody needs to wait for those that will never run.
      for (const { plan } of runs) if (!plan.enabled) needs.onReading(plan.collector.name, undefined);
      schedules = active.map((run) => run.start());
    },
    async stop() {
      ending.abort();
      await Promise.all(schedules.map((schedule) => schedule.stop()));
    },
  };
}

function planOf(
  collector: Collector,
  config: InputsConfig["collectors"],
  { settingsOf }: Pick<CollectorSetNeeds, "settingsOf">,
): CollectorPlan {
  const settings = (config as unknown as Record<string, CollectorSettings | undefined>)[collector.name];
  const {
    enabled = settings !== undefined || collector.onDemand !== true || collector.group !== undefined,
    every,
    deadline,
    ...own
  } = settings ?? {};
  const everyMs = every ?? collector.everyMs ?? config.every;
  return {
    collector,
    enabled: config.enabled && enabled,
    // Who names it wants it, whatever groups were found.
    group: settings === undefined ? collector.group : undefined,
    // What the configuration says was checked there, its durations already milliseconds.
    ...(settings === undefined
      ? parametersOf(collector, settingsOf?.(collector.name))
      : { parameters: own, fault: undefined }),
    everyMs,
    deadlineMs: deadline ?? collector.deadlineMs ?? Math.min(defaultDeadlineMs, everyMs),
    firstMs: splayMs(collector.name, Math.min(everyMs, firstWithinMs)),
  };
}

/** What the pack of its name says; else its defaults. One that must be told something waits until it is told. */
function parametersOf({ config }: Collector, written: Written | undefined) {
  if (written === undefined) return { parameters: config.safeParse({}).data as unknown, fault: undefined };
  // A pack's parameters are its checks' too.
  const reading = readObject(written, (config as z.ZodObject).strip());
  if (!("problems" in reading)) return { parameters: reading.value, fault: undefined };
  return { parameters: undefined, fault: reading.problems.map(problemLine).join("; ") };
}

/** However slow a collector's beat is, soon after the start it has been there once. */
const firstWithinMs = 10_000;

/** The same for the same host and collector at every start; hosts that start together do not measure together. */
function splayMs(name: string, withinMs: number): number {
  const hash = createHash("sha256").update(`${hostname()}/${name}`).digest();
  return Math.floor((hash.readUInt32LE(0) / 2 ** 32) * withinMs);
}
