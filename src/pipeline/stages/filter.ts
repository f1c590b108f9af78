// filter: lets pass only what is selected, or drops what is selected.
import * as z from "zod";
import { selectionKeys, selectorOf } from "../selection.ts";
import { defineStage } from "../stage.ts";

export const filter = defineStage({
  name: "filter",
  summary: "Drops the metrics that are selected, or all others.",
  config: z.strictObject({
    ...selectionKeys,
    action: z
      .enum(["drop", "keep"])
      .describe(
        "`drop`: those that are selected go. `keep`: of what came in where the stage looks, only they stay.",
      ),
  }),
  create({ action, ...selection }) {
    const selector = selectorOf(selection);
    const stays = action === "keep";
    return {
      process(batch) {
        if (!selector.concerns(batch)) return batch;
        const metrics = batch.metrics.filter((metric) => selector.selects(metric, batch) === stays);
        if (metrics.length === batch.metrics.length) return batch;
        return metrics.length === 0 ? undefined : { ...batch, metrics };
      },
    };
  },
});
