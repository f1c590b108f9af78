// A metric as one line of JSON, for systems and files that take any text.
import type { Metric } from "../metric/metric.ts";

/** `{"host":…,"name":…,"tags":{…},"value":…,"timestamp_ms":…}` with its newline. */
export function metricJson({ name, tags, value, timestampMs }: Metric, host: string): string {
  return `${JSON.stringify({ host, name, tags, value, timestamp_ms: timestampMs })}\n`;
}
