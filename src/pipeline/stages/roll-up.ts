// roll_up: puts the values of a span of time together, so that one value leaves where many came.
import * as z from "zod";
import { duration } from "../../kernel/schema.ts";
import { aggregates, batchesOfSpans, type RolledSpan, sourceOf } from "../rolled-span.ts";
import { RollingSpans } from "../rolling-spans.ts";
import { selectionKeys, selectorOf } from "../selection.ts";
import { defineStage } from "../stage.ts";

const leastMs = 1000;

export const rollUp = defineStage({
  name: "roll_up",
  summary: "Puts the values of a span of time together.",
  config: z.strictObject({
    ...selectionKeys,
    every: duration()
      .refine((ms) => ms >= leastMs, "must be 1s or more")
      .describe(
        "The span: values with times within the same span become one, stamped with its end; 1s or more. Times more than an hour ahead of the clock are dropped.",
      ),
    aggregate: z
      .array(z.enum(aggregates))
      .min(1)
      .default(["avg"])
      .describe("What is made of them; with several, each is a series with the word behind its name."),
    wait: duration()
      .prefault("5s")
      .describe("Values may come late by this much after the end of their span; later ones are dropped."),
    keep: z
      .boolean()
      .default(false)
      .describe(
        "True lets the values themselves pass, too. Otherwise they are in memory alone until their span is over: what a push was told is kept is lost with a crash before that, though not with an orderly stop.",
      ),
  }),
  /**
   * A value that is taken and does not pass is not durable until its span is over or the agent stops in order, also where
   * a push was acknowledged. Dropped and counted by reason: what comes for a span of its series that was given already or
   * for one before it, times more than an hour ahead of the clock, what there is no room for, and results that are no
   * metrics. A span in which the agent stops is given twice, once by each agent.
   */
  create({ every: everyMs, aggregate: wanted, wait: waitMs, keep, ...selection }, { clock, onDrop }) {
    const selector = selectorOf(selection);
    const spans = new RollingSpans(everyMs, clock);
    const batchesOf = (over: readonly RolledSpan[]) =>
      batchesOfSpans(over, wanted, () => onDrop(1, "roll_up: a name or value that cannot be kept"));
    return {
      process(batch) {
        if (!selector.concerns(batch)) return batch;
        const taken = new Set(batch.metrics.filter((metric) => selector.selects(metric, batch)));
        const source = sourceOf(batch);
        for (const metric of taken) {
          const fault = spans.take(metric, source);
          if (fault !== undefined) onDrop(1, fault);
        }
        if (keep || taken.size === 0) return batch;
        const metrics = batch.metrics.filter((metric) => !taken.has(metric));
        return metrics.length === 0 ? undefined : { ...batch, metrics };
      },
      due: () => batchesOf(spans.giveUntil(clock.now() - waitMs)),
      drain: () => batchesOf(spans.giveUntil(Number.POSITIVE_INFINITY)),
    };
  },
});
