// What most functions are made of: something done to each series, or to each value.

import type { Call } from "../function.ts";
import { listedNames } from "../names/name-text.ts";
import { derived, type Series, withTag } from "../series.ts";

/** Each series changed, with pauses between them; undefined leaves one out. */
export async function eachSeries(
  list: readonly Series[],
  call: Call,
  change: (series: Series) => Series | undefined,
): Promise<Series[]> {
  const changed: Series[] = [];
  for (const series of list) {
    const result = change(series);
    if (result !== undefined) changed.push(result);
    await call.context.work.breathe();
  }
  return changed;
}

/** Values that are there, changed one by one. */
export function mapped(values: Float64Array, change: (value: number) => number): Float64Array {
  return values.map((value) => (!Number.isNaN(value) ? change(value) : value));
}

/** `name(series…)` with a tag that tells of it. */
export function wrapped(
  series: Series,
  values: Float64Array,
  { name, tag, tagValue = "1" }: { readonly name: string; readonly tag?: string; readonly tagValue?: string },
): Series {
  return derived(series, {
    name,
    values,
    tags: tag === undefined ? series.tags : withTag(series, tag, tagValue),
  });
}

export function renamed(series: Series, name: string): Series {
  return { ...series, name };
}

/** Sorts in the order of numbers; none comes before all. */
export async function sortedBy(
  list: readonly Series[],
  { keyOf, reverse = false }: { keyOf: (series: Series) => number; reverse?: boolean },
  call: Call,
): Promise<Series[]> {
  const keyed: { series: Series; key: number }[] = [];
  for (const series of list) {
    const key = keyOf(series);
    keyed.push({ series, key: !Number.isNaN(key) ? key : Number.NEGATIVE_INFINITY });
    await call.context.work.breathe();
  }
  const direction = reverse ? -1 : 1;
  keyed.sort((one, other) => (one.key === other.key ? 0 : one.key < other.key ? -direction : direction));
  return keyed.map(({ series }) => series);
}

/** The paths that series came from, each once. */
export function pathsOf(list: readonly Series[]): string {
  return listedNames([...new Set(list.map(({ pathExpression }) => pathExpression))]);
}
