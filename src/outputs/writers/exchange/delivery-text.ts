// The lines of a delivery, one for each metric.
import type { Metric, Origin } from "../../../metric/metric.ts";
import type { Delivery, Receipt } from "../../output.ts";

/** A line with its newline; empty for a metric that the other side would take for another series. */
export type Line = (metric: Metric, host: string, origin: Origin) => string;

export interface DeliveryText {
  readonly text: string;
  /** Metrics that have no line. */
  readonly refused: number;
}

export function deliveryText({ parcels }: Pick<Delivery, "parcels">, line: Line): DeliveryText {
  let text = "";
  let refused = 0;
  for (const { metrics, host, origin } of parcels)
    for (const metric of metrics) {
      const own = line(metric, host, origin);
      if (own === "") refused += 1;
      text += own;
    }
  return { text, refused };
}

/** Of metrics that would be taken for another series, and of no others. */
export function otherSeries(metrics: number): Receipt | undefined {
  const reason = "of another series that has the same name there";
  return metrics === 0 ? undefined : { refused: { metrics, reason } };
}
