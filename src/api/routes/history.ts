// GET /history: the values of a series over a span of time.

import { parseDuration } from "../../kernel/duration.ts";
import { AgentError } from "../../kernel/errors.ts";
import { type Aggregate, aggregates, type HistoryAnswer, historyAnswer } from "../contract/index.ts";
import { defineRoute } from "../route.ts";

export interface HistoryNeeds {
  readonly history: {
    query(request: {
      key: string;
      fromMs: number;
      toMs: number;
      stepMs?: number;
      aggregate?: Aggregate;
    }): Promise<{
      resolutionMs: number;
      stepMs: number;
      aggregate: Aggregate;
      points: readonly { timeMs: number; value: number }[];
    }>;
    series(match?: { prefix?: string; limit?: number }): Promise<readonly string[]>;
  };
  /** A series' key from its key or from a dotted name; undefined for a text that is neither. */
  readonly seriesKeyOf: (text: string) => string | undefined;
  readonly clock: { now(): number };
}

export const history = defineRoute({
  method: "GET",
  path: "/history",
  summary: "Gives the values of a series over a span of time.",
  role: "read",
  queries: {
    series: "A name such as cpustats.cpu_all.%idle, or a key such as cpustats.%idle;cpu=cpu_all.",
    from: "Unix seconds, or a span before now such as -6h; -1h when absent.",
    to: "The same; now when absent.",
    step: "Distance of two points such as 1m; as fine as the values are kept when absent.",
    aggregate:
      "How values of one step are put together: avg, min, max, sum, count or last; as the series' own rule says when absent (store.history.aggregation).",
  },
  answers: {
    200: {
      description: "Points in order of time; none for a series that is not known.",
      schema: historyAnswer,
    },
    400: { description: "The question cannot be understood." },
  },
  async handle(_input: undefined, needs: HistoryNeeds, { query }) {
    const key = needs.seriesKeyOf(query.get("series") ?? "");
    if (key === undefined)
      throw new AgentError("body.invalid", {
        reason: "series: expected a name such as cpustats.cpu_all.%idle",
      });
    const nowMs = needs.clock.now();
    const aggregate = query.get("aggregate");
    const step = query.get("step");
    const found = await needs.history.query({
      key,
      ...(aggregate === null ? {} : { aggregate: aggregateOf(aggregate) }),
      fromMs: timeOf("from", query.get("from") ?? "-1h", nowMs),
      toMs: timeOf("to", query.get("to") ?? "-0s", nowMs),
      ...(step === null ? {} : { stepMs: spanOf("step", step) }),
    });
    const json: HistoryAnswer = {
      series: key,
      aggregate: found.aggregate,
      step_seconds: found.stepMs / 1000,
      resolution_seconds: found.resolutionMs / 1000,
      points: found.points.map(({ timeMs, value }) => [timeMs / 1000, value]),
    };
    return { status: 200, json };
  },
});

/** Unix seconds, or a duration before now such as `-6h`. Milliseconds. */
function timeOf(what: string, text: string, nowMs: number): number {
  if (/^\d{1,12}(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  if (text.startsWith("-")) return nowMs - spanOf(what, text.slice(1));
  throw new AgentError("body.invalid", { reason: `${what}: expected Unix seconds or a span such as -6h` });
}

function spanOf(what: string, text: string): number {
  const span = parseDuration(text);
  if (span === undefined)
    throw new AgentError("body.invalid", { reason: `${what}: expected a duration such as 10s or 6h` });
  return span;
}

function aggregateOf(text: string): Aggregate {
  const found = aggregates.find((one) => one === text);
  if (found === undefined)
    throw new AgentError("body.invalid", { reason: `aggregate: expected one of ${aggregates.join(", ")}` });
  return found;
}
