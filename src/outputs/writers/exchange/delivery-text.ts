// The lines of a delivery, one for each metric.
import type { Metric } from "../../../metric/metric.ts";
import type { Delivery } from "../../output.ts";

/** A line with its newline. */
export type Line = (metric: Metric, host: string) => string;

export function deliveryText({ parcels }: Pick<Delivery, "parcels">, line: Line): string {
  let text = "";
  for (const { metrics, host } of parcels) for (const metric of metrics) text += line(metric, host);
  return text;
}
