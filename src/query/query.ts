// The module: answers in Graphite's language and shapes, out of the history of the series that the agent keeps.
import * as z from "zod";
import { linkedAbort } from "../kernel/linked-abort.ts";
import { type Context, defineModule, type Running } from "../kernel/module.ts";
import { duration } from "../kernel/schema.ts";
import { createEvaluator } from "./evaluate.ts";
import type { EvaluationContext } from "./evaluation-context.ts";
import { createFetch, type HistoryGrid, type HistoryQuery } from "./fetch.ts";
import { type ExpandAnswer, expand, type FindAnswer, find } from "./find.ts";
import { type FunctionInfo, type FunctionList, functionDetails, functionList } from "./function-list.ts";
import { createGate } from "./gate.ts";
import { createNameIndex, type NameIndex } from "./names/name-index.ts";
import type { NameTree } from "./names/name-tree.ts";
import { answerOf, type RenderAnswer } from "./render/answer.ts";
import { type RenderPlan, type RequestParams, renderPlan } from "./render/render-request.ts";
import type { Series } from "./series.ts";
import {
  completeTags,
  completeValues,
  findSeries,
  listTags,
  type TagDetails,
  type TagName,
  tagDetails,
} from "./tags.ts";
import { startWork, type Work } from "./work.ts";

const queryConfig = z
  .strictObject({
    max_series: z.int().min(1).max(100_000).default(1000).describe("Series that one request may read."),
    max_points: z
      .int()
      .min(1)
      .max(100_000_000)
      .default(5_000_000)
      .describe("Values that one request may hold, before they are drawn or made fewer."),
    deadline: duration().prefault("10s").describe("A request that takes longer is given up."),
  })
  .prefault({});

export type QueryConfig = z.output<typeof queryConfig>;

export interface QueryNeeds {
  readonly history: {
    /** Points in the order of time, missing ones left out. Rejects with `body.invalid` when they would be too many. */
    grid(request: HistoryQuery): Promise<HistoryGrid>;
    series(match?: { prefix?: string; limit?: number }): Promise<readonly string[]>;
    /** Milliseconds for which the coarsest resolution keeps values; a year when absent. */
    readonly keepMs?: number;
  };
  /** The name in the tree, dotted with further tags behind `;`, of a series' key. */
  readonly nameOf: (key: string) => string;
}

/** Each rejects with `body.invalid` what cannot be understood or is too much. */
export interface Answers {
  /** `/render`. */
  render(params: RequestParams): Promise<RenderAnswer>;
  /** `/metrics/find`. */
  find(params: RequestParams): Promise<FindAnswer>;
  /** `/metrics/expand`. */
  expand(params: RequestParams): Promise<ExpandAnswer>;
  /** `/metrics/index.json`: all names, in order. */
  index(): Promise<readonly string[]>;
  /** `/functions`. */
  functions(params: RequestParams): FunctionList;
  /** `/functions/NAME`; undefined when there is none of this name. */
  functionNamed(name: string): FunctionInfo | undefined;
  readonly tags: {
    /** `/tags`. */
    list(params: RequestParams): Promise<readonly TagName[]>;
    /** `/tags/TAG`; undefined when no series has it. */
    values(tag: string, params: RequestParams): Promise<TagDetails | undefined>;
    /** `/tags/findSeries`. */
    findSeries(params: RequestParams): Promise<readonly string[]>;
    /** `/tags/autoComplete/tags`. */
    autoCompleteTags(params: RequestParams): Promise<readonly string[]>;
    /** `/tags/autoComplete/values`. */
    autoCompleteValues(params: RequestParams): Promise<readonly string[]>;
  };
}

export interface Query extends Running, Answers {
  /** The same on behalf of somebody, who has his share of what is worked on at once. */
  askedBy(asker: string): Answers;
}

/** What is worked on at once, and what may wait for that: a page of many charts asks for all of them together. */
const renderings = { queue: "renderings", atOnce: 3, waiting: 128 };
const questions = { queue: "questions about names", atOnce: 4, waiting: 256 };
const yearMs = 365 * 86_400_000;
/** All there are: a history has no more. */
const allKeys = 10_000_000;

export const queryModule = defineModule<QueryConfig, QueryNeeds, Query>({
  name: "query",
  summary: "Answers questions about the history in Graphite's language.",
  config: queryConfig,
  start(config, needs) {
    const { clock, history, nameOf, pace, telemetry } = needs;
    const stopping = linkedAbort(needs.signal);
    const { signal } = stopping;
    const [drawing, looking] = [createGate(renderings, clock), createGate(questions, clock)];
    const names = createNameIndex({ clock, pace, nameOf, keys: () => history.series({ limit: allKeys }) });
    const requests = telemetry.counter("queries_total", "Questions about the history.");
    const begin = () => {
      requests.add(1);
      const { max_series, max_points, deadline } = config;
      return startWork(
        { deadlineMs: deadline, maxPoints: max_points, maxSeries: max_series },
        { clock, signal, pace },
      );
    };
    const askedBy = (asker: string): Answers => {
      const inTree = <Answer>(look: (tree: NameTree, work: Work) => Promise<Answer>) =>
        looking.through(asker, async () => {
          const work = begin();
          return await look(await names.tree(work), work);
        });
      return {
        render: (params) =>
          drawing.through(asker, async () => {
            const work = begin();
            const plan = renderPlan(params, clock.now());
            return await answerOf(await seriesOf(plan, { needs, names, work }), { plan, params }, work);
          }),
        find: (params) => inTree((tree, work) => find(tree, params, work)),
        expand: (params) => inTree((tree, work) => expand(tree, params, work)),
        index: () =>
          inTree((tree) => Promise.resolve([...new Set(tree.entries.map(({ name }) => name))].sort())),
        functions: functionList,
        functionNamed: functionDetails,
        tags: {
          list: (params) => inTree((tree, work) => listTags(tree, params, work)),
          values: (tag, params) => inTree((tree, work) => tagDetails(tree, { tag, params }, work)),
          findSeries: (params) => inTree((tree, work) => findSeries(tree, params, work)),
          autoCompleteTags: (params) => inTree((tree, work) => completeTags(tree, params, work)),
          autoCompleteValues: (params) => inTree((tree, work) => completeValues(tree, params, work)),
        },
      };
    };
    return Promise.resolve({
      ...askedBy(""),
      askedBy,
      stop() {
        stopping.abort();
        stopping.release();
        return Promise.resolve();
      },
    });
  },
});

interface Rendering {
  readonly needs: Context & QueryNeeds;
  readonly names: NameIndex;
  readonly work: Work;
}

async function seriesOf(plan: RenderPlan, { needs, names, work }: Rendering): Promise<Series[]> {
  const { startS, endS, nowS, zone, variables, xFilesFactor } = plan;
  const { clock, history } = needs;
  const oldestS = Math.ceil((clock.now() - (history.keepMs ?? yearMs)) / 1000);
  const fetch = createFetch({ names, oldestS, read: (request) => history.grid(request) });
  const evaluator = createEvaluator(fetch);
  const context: EvaluationContext = {
    ...{ startS, endS, nowS, zone, variables, work, xFilesFactor },
    stacks: new Map(),
  };
  const series: Series[] = [];
  for (const target of plan.targets) {
    for (const one of await evaluator.target(target, context)) series.push(one);
    work.hold(series);
  }
  return series;
}
