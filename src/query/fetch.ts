// Series out of the history, on a regular grid: every place between two times, with none where nothing was kept.
import { AgentError } from "../kernel/errors.ts";
import type { EvaluationContext } from "./evaluation-context.ts";
import { refusal, shown } from "./fault.ts";
import type { NameIndex } from "./names/name-index.ts";
import { type Entry, findEntries, type NameTree } from "./names/name-tree.ts";
import { findTagged } from "./names/tag-query.ts";
import { newSeries, noValues, type Series } from "./series.ts";

export interface HistoryPoints {
  readonly resolutionMs: number;
  readonly stepMs: number;
  readonly points: readonly { readonly timeMs: number; readonly value: number }[];
}

export interface HistoryQuery {
  readonly key: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs?: number;
}

export interface FetchNeeds {
  readonly names: NameIndex;
  readonly query: (request: HistoryQuery) => Promise<HistoryPoints>;
}

export interface Fetch {
  /** Series of a pattern, in the order of their names. */
  ofPath(pattern: string, context: EvaluationContext): Promise<readonly Series[]>;
  /** Series that all conditions on tags fit; `raw` is what the call was written as. */
  ofTags(conditions: readonly string[], raw: string, context: EvaluationContext): Promise<readonly Series[]>;
}

/** For one request: what was read is not read again. */
export function createFetch({ names, query }: FetchNeeds): Fetch {
  const known = new Map<string, Promise<Grid | undefined>>();
  const read = (entry: Entry, time: Time, context: EvaluationContext) => {
    const place = `${time.fromS} ${time.untilS} ${entry.key}`;
    let grid = known.get(place);
    if (grid === undefined) {
      context.work.takeSeries(1);
      grid = readGrid(query, entry.key, time);
      known.set(place, grid);
    }
    return grid;
  };
  const all = async (found: Found, pathExpression: string, context: EvaluationContext) => {
    const time = timeOf(context);
    if (time === undefined) return [];
    const series: Series[] = [];
    for (const entry of found.entries) {
      const grid = await read(entry, time, context);
      await context.work.breathe();
      if (grid === undefined) continue;
      context.work.takePoints(grid.isCounted ? 0 : grid.values.length);
      grid.isCounted = true;
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
    async ofPath(pattern, context) {
      const tree = await names.tree(context.work);
      return await all({ tree, entries: await findEntries(tree, pattern, context.work) }, pattern, context);
    },
    async ofTags(conditions, raw, context) {
      const tree = await names.tree(context.work);
      const found = await findTagged(tree, conditions, context.work);
      return await all({ tree, entries: found.map(({ key }) => ({ key, name: key })) }, raw, context);
    },
  };
}

interface Found {
  readonly tree: NameTree;
  readonly entries: readonly Entry[];
}

interface Time {
  readonly fromS: number;
  readonly untilS: number;
}

/** Nothing is known of what is to come. */
function timeOf({ startS, endS, nowS }: EvaluationContext): Time | undefined {
  if (startS > nowS || startS > endS) return undefined;
  return { fromS: Math.floor(startS), untilS: Math.floor(Math.min(endS, nowS)) };
}

interface Grid {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly values: Float64Array;
  isCounted: boolean;
}

type Read = (request: HistoryQuery) => Promise<HistoryPoints>;

/** The first place is the one behind `from`; the last one holds `until`: whisper counts so. */
async function readGrid(query: Read, key: string, { fromS, untilS }: Time): Promise<Grid | undefined> {
  if (untilS < fromS) return undefined;
  const { stepMs, points } = await inWholeSeconds(query, {
    key,
    fromMs: fromS * 1000,
    toMs: untilS * 1000 + 1,
  });
  const step = stepMs / 1000;
  const start = Math.floor(fromS / step) * step + step;
  const end = Math.floor(untilS / step) * step + step;
  if (start === end) {
    const later = await query({ key, fromMs: start * 1000, toMs: (start + step) * 1000, stepMs });
    return { ...onGrid(later.points, { start, end: start + step, step }), isCounted: false };
  }
  return { ...onGrid(points, { start, end, step }), isCounted: false };
}

function onGrid(points: HistoryPoints["points"], { start, end, step }: Omit<Grid, "values" | "isCounted">) {
  const values = noValues(Math.round((end - start) / step));
  for (const { timeMs, value } of points) {
    const place = Math.floor((timeMs / 1000 - start) / step);
    if (place >= 0 && place < values.length) values[place] = value;
  }
  return { start, end, step, values };
}

/** Steps for what is too long for the history's own, in seconds. */
const ladder = [10, 30, 60, 300, 600, 900, 1800, 3600, 7200, 21_600, 43_200, 86_400, 604_800, 2_592_000];
const historyLimit = 20_000;

async function inWholeSeconds(query: Read, request: HistoryQuery): Promise<HistoryPoints> {
  const answer = await withinLimit(query, request);
  if (answer.stepMs % 1000 === 0) return answer;
  let stepMs = Math.ceil(answer.stepMs / 1000) * 1000;
  if (answer.resolutionMs > 0 && Number.isInteger(answer.resolutionMs)) {
    while (stepMs % answer.resolutionMs !== 0 && stepMs < 1_000_000) stepMs += 1000;
  }
  return await query({ ...request, stepMs });
}

async function withinLimit(query: Read, request: HistoryQuery): Promise<HistoryPoints> {
  const seconds = (request.toMs - request.fromMs) / 1000;
  try {
    return await query(request);
  } catch (thrown) {
    if (!(thrown instanceof AgentError) || thrown.code !== "body.invalid") throw thrown;
    const step = ladder.find((width) => seconds / width + 2 <= historyLimit);
    if (step === undefined || request.stepMs !== undefined) {
      throw refusal(`${shown(request.key)} cannot be read for this time: ${thrown.message}`, thrown);
    }
    return await query({ ...request, stepMs: step * 1000 });
  }
}
