// Intervals that do not fit to the history's finest resolution: no fault, and not what most people want.
import type { LoadedConfig } from "../config/index.ts";
import { formatDuration } from "../kernel/duration.ts";

interface IntervalKeys {
  readonly inputs?: {
    readonly statsd?: { readonly every?: number };
    readonly collectors?: Readonly<Record<string, unknown>> & { readonly every?: number };
  };
  readonly store?: {
    readonly history?: {
      readonly resolutions?: readonly { readonly name: string; readonly everyMs: number }[];
    };
  };
}

/** A sentence for each interval that is shorter than the finest resolution, or no multiple of it. */
export function intervalAdvice({ value }: LoadedConfig): string[] {
  const { inputs = {}, store } = value as IntervalKeys;
  const finest = store?.history?.resolutions?.[0];
  if (finest === undefined) return [];
  return intervalsOf(inputs).flatMap(([key, everyMs]) => {
    const found = `${key} is ${formatDuration(everyMs)}, and the finest of store.history.resolutions ${finest.name}`;
    if (everyMs < finest.everyMs)
      return [`${found}: values that share a place become one, as store.history.aggregation says`];
    if (everyMs % finest.everyMs === 0) return [];
    return [`${found}: some places stay empty, since it is no multiple of it`];
  });
}

function intervalsOf({ statsd, collectors = {} }: NonNullable<IntervalKeys["inputs"]>) {
  const found: [key: string, everyMs: number][] = [];
  if (statsd?.every !== undefined) found.push(["inputs.statsd.every", statsd.every]);
  if (collectors.every !== undefined) found.push(["inputs.collectors.every", collectors.every]);
  for (const [name, settings] of Object.entries(collectors)) {
    const every = (settings as { readonly every?: unknown } | undefined)?.every;
    if (typeof every === "number") found.push([`inputs.collectors.${name}.every`, every]);
  }
  return found;
}
