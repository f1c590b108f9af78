// Series out of the history, on a regular grid: every place between two times, with none where nothing was kept.
import { AgentError } from "../kernel/errors.ts";
import type { EvaluationContext } from "./evaluation-context.ts";
import { refusal, shown } from "./fault.ts";
import type { NameIndex } from "./names/name-index.ts";
import { type Entry, findEntries, type NameTree } from "./names/name-tree.ts";
import { findTagged } from "./names/tag-query.ts";
import { newSeries, noValues, type Series } from "./series.ts";
import type { UnitedBy } from "./united-by.ts";

/** A value for each step from `firstMs` on; NaN where there is none. */
export interface HistoryGrid {
  readonly resolutionMs: number;
  readonly stepMs: number;
  readonly firstMs: number;
  readonly values: Float64Array;
}

export interface HistoryQuery {
  readonly key: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs?: number;
  /** As the series' own rule says when absent. */
  readonly aggregate?: UnitedBy;
}

export interface FetchNeeds {
  readonly names: NameIndex;
  readonly read: (request: HistoryQuery) => Promise<HistoryGrid>;
  /** Seconds since 1970: nothing older is kept. */
  readonly oldestS: number;
}

export interface Fetch {
  /** Series of a pattern, in the order of their names. */
  ofPath(pattern: string, context: EvaluationContext, aggregate?: UnitedBy): Promise<readonly Series[]>;
  /** Series that all conditions on tags fit; `raw` is what the call was written as. */
  ofTags(
    conditions: readonly string[],
    raw: string,
    context: EvaluationContext,
    aggregate?: UnitedBy,
  ): Promise<readonly Series[]>;
}

/** For one request: what was read is not read again. */
export function createFetch({ names, oldestS, read: readHistory }: FetchNeeds): Fetch {
  const known = new Map<string, Promise<Grid | undefined>>();
  const read = (entry: Entry, { time, context, aggregate }: Reading) => {
    const place = `${time.fromS} ${time.untilS} ${aggregate} ${entry.key}`;
    let grid = known.get(place);
    if (grid === undefined) {
      context.work.takeSeries(1);
      const how = aggregate === undefined ? {} : { aggregate };
      grid = readGrid((request) => readHistory({ ...request, ...how }), entry.key, time);
      known.set(place, grid);
    }
    return grid;
  };
  const all = async (found: Found, { pathExpression, context, aggregate }: Asked) => {
    const time = timeOf(context, oldestS);
    if (time === undefined) return [];
    context.work.takeListed(found.entries.length);
    const series: Series[] = [];
    for (const entry of found.entries) {
      const grid = await read(entry, { time, context, aggregate });
      await context.work.breathe();
      if (grid === undefined) continue;
      context.work.keep(grid.values);
      const { start, end, step, values } = grid;
      const { xFilesFactor } = context;
      const tags = found.tree.tagsOf(entry);
      series.push(
        newSeries({ name: entry.name, start, end, step, values, tags, xFilesFactor, pathExpression }),
      );
    }
    return series;
  };
  return {
    async ofPath(pathExpression, context, aggregate) {
      const tree = await names.tree(context.work);
      const entries = await findEntries(tree, pathExpression, context.work);
      return await all({ tree, entries }, { pathExpression, context, aggregate });
    },
    async ofTags(conditions, raw, context, aggregate) {
      const tree = await names.tree(context.work);
      const found = await findTagged(tree, conditions, context.work);
      const entries = found.map(({ key }) => ({ key, name: key }));
      return await all({ tree, entries }, { pathExpression: raw, context, aggregate });
    },
  };
}

interface Asked {
  readonly pathExpression: string;
  readonly context: EvaluationContext;
  readonly aggregate: UnitedBy | undefined;
}

interface Reading extends Omit<Asked, "pathExpression"> {
  readonly time: Time;
}

interface Found {
  readonly tree: NameTree;
  readonly entries: readonly Entry[];
}

interface Time {
  readonly fromS: number;
  readonly untilS: number;
}

/** Nothing is known of what is to come, or is too old to be kept: what is asked for begins with what is, as in whisper. */
function timeOf({ startS, endS, nowS }: EvaluationContext, oldestS: number): Time | undefined {
  if (startS > nowS || startS > endS || endS < oldestS) return undefined;
  return { fromS: Math.floor(Math.max(startS, oldestS)), untilS: Math.floor(Math.min(endS, nowS)) };
}

interface Grid {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly values: Float64Array;
}

type Read = (request: HistoryQuery) => Promise<HistoryGrid>;

/** The first place is the one behind `from`; the last one holds `until`: whisper counts so. */
async function readGrid(read: Read, key: string, { fromS, untilS }: Time): Promise<Grid | undefined> {
  if (untilS < fromS) return undefined;
  const found = await inWholeSeconds(read, { key, fromMs: fromS * 1000, toMs: untilS * 1000 + 1 });
  const step = found.stepMs / 1000;
  const start = Math.floor(fromS / step) * step + step;
  const end = Math.floor(untilS / step) * step + step;
  if (start < end) return placed(found, { start, end, step });
  const { stepMs } = found;
  const later = await read({ key, fromMs: start * 1000, toMs: (start + step) * 1000, stepMs });
  return placed(later, { start, end: start + step, step });
}

/** The history's grid begins one step earlier than the one that is asked for, or at the same place. */
function placed({ firstMs, values: found }: HistoryGrid, { start, end, step }: Omit<Grid, "values">): Grid {
  const length = Math.round((end - start) / step);
  const skipped = Math.max(0, Math.round((start - firstMs / 1000) / step));
  const there = found.subarray(skipped, skipped + length);
  if (there.length === length) return { start, end, step, values: there };
  const values = noValues(length);
  values.set(there);
  return { start, end, step, values };
}

/** Steps for what is too long for the history's own, in seconds. */
const ladder = [10, 30, 60, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400, 604_800, 2_592_000];
const historyLimit = 20_000;

async function inWholeSeconds(read: Read, request: HistoryQuery): Promise<HistoryGrid> {
  const answer = await withinLimit(read, request);
  if (answer.stepMs % 1000 === 0) return answer;
  let stepMs = Math.ceil(answer.stepMs / 1000) * 1000;
  if (answer.resolutionMs > 0 && Number.isInteger(answer.resolutionMs)) {
    while (stepMs % answer.resolutionMs !== 0 && stepMs < 1_000_000) stepMs += 1000;
  }
  return await read({ ...request, stepMs });
}

async function withinLimit(read: Read, request: HistoryQuery): Promise<HistoryGrid> {
  const seconds = (request.toMs - request.fromMs) / 1000;
  try {
    return await read(request);
  } catch (thrown) {
    if (!(thrown instanceof AgentError) || thrown.code !== "body.invalid") throw thrown;
    const step = ladder.find((width) => seconds / width + 2 <= historyLimit);
    if (step === undefined || request.stepMs !== undefined) {
      throw refusal(`${shown(request.key)} cannot be read for this time: ${thrown.message}`, thrown);
    }
    return await read({ ...request, stepMs: step * 1000 });
  }
}
