// POST /metric: hands over what was measured, once, or again until it is acknowledged (contract happo §5.5).
import { AgentError } from "../../kernel/errors.ts";
import type { Batch } from "../../metric/metric.ts";
import { metricAnswer, metricRequest } from "../contract/index.ts";
import { metricText } from "../metric-text.ts";
import { defineRoute } from "../route.ts";

export interface MetricNeeds {
  readonly hostname: string;
  readonly metricLog: {
    /** Metrics of at most 60 seconds, which count as read from now on. */
    drain(): Promise<readonly Batch[]>;
    /** What comes after the reader's place, or after `ack`. Throws `body.invalid` for a mark that is none. */
    follow(request: {
      readonly cursor: string;
      readonly ack: string | undefined;
      /** Whose reader it is: a caller, or for those without a name where they come from. */
      readonly follower: { readonly name: string; readonly isAnonymous: boolean };
    }): Promise<{ batches: readonly Batch[]; next: string }>;
  };
}

const headers = { "content-type": "application/json; charset=UTF-8" };

export const metric = defineRoute({
  method: "POST",
  path: "/metric",
  summary: "Hands over what was measured.",
  role: "metrics",
  input: metricRequest,
  answers: {
    200: { description: "Metrics in order of arrival.", schema: metricAnswer },
    400: { description: "Nothing was handed over: the message says why.", schema: metricAnswer },
  },
  refuse: (fault) => ({ status: fault.http, json: { metric_data: null, message: fault.message } }),
  async handle({ cursor, ack }, { hostname, metricLog }: MetricNeeds, { address, caller }) {
    if (cursor === undefined) {
      if (ack !== undefined) throw new AgentError("body.invalid", { reason: "ack: needs a cursor" });
      return { status: 200, text: metricText(await metricLog.drain(), hostname), headers };
    }
    const { batches, next } = await metricLog.follow({
      ...{ cursor, ack },
      follower: {
        name: caller.isAnonymous ? (caller.isOfThisHost ? caller.name : address) : caller.name,
        isAnonymous: caller.isAnonymous,
      },
    });
    return { status: 200, text: metricText(batches, hostname, next), headers };
  },
});
