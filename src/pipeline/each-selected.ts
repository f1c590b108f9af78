// The stages that change one metric at a time.
import { type Batch, faultOf, type Metric } from "../metric/metric.ts";
import type { Selector } from "./selection.ts";
import type { Stage } from "./stage.ts";

/** `change` gives undefined for a metric of which nothing is left, and the others as they are. */
export function eachSelected(
  selector: Selector,
  change: (metric: Metric, batch: Batch) => Metric | undefined,
): Stage {
  return {
    process(batch) {
      if (!selector.concerns(batch)) return batch;
      const metrics = batch.metrics.flatMap((metric) => {
        if (!selector.selects(metric, batch)) return metric;
        return change(metric, batch) ?? [];
      });
      return metrics.length === 0 && batch.metrics.length > 0 ? undefined : { ...batch, metrics };
    },
  };
}

/** A changed metric that is none any more stays as it was. */
export function orAsItWas(metric: Metric, changed: Metric): Metric {
  return faultOf(changed) === undefined ? changed : metric;
}
