// OTLP 1.x metrics in JSON: gauges, one resource for each host (ExportMetricsServiceRequest).
import type { Metric, Tags } from "../metric/metric.ts";

export interface OtlpSource {
  /** The attribute `service.name`. */
  readonly service: string;
  readonly version: string;
}

interface HostMetrics {
  readonly host: string;
  readonly metrics: readonly Metric[];
}

interface Attribute {
  readonly key: string;
  readonly value: { readonly stringValue: string };
}

interface Point {
  readonly attributes: readonly Attribute[];
  /** A 64-bit integer is text in protobuf's JSON. */
  readonly timeUnixNano: string;
  readonly asDouble: number;
}

/** Times before 1970 cannot be said: such metrics must not be among these. */
export function otlpMetrics(parcels: readonly HostMetrics[], { service, version }: OtlpSource): string {
  const hosts = new Map<string, Map<string, Point[]>>();
  for (const { host, metrics } of parcels) {
    const names = hosts.get(host) ?? new Map<string, Point[]>();
    hosts.set(host, names);
    for (const metric of metrics) {
      const points = names.get(metric.name);
      if (points === undefined) names.set(metric.name, [pointOf(metric)]);
      else points.push(pointOf(metric));
    }
  }
  const resourceMetrics = [...hosts].map(([host, names]) => ({
    resource: { attributes: attributesOf({ "service.name": service, "host.name": host }) },
    scopeMetrics: [
      {
        scope: { name: service, version },
        metrics: [...names].map(([name, dataPoints]) => ({ name, gauge: { dataPoints } })),
      },
    ],
  }));
  return JSON.stringify({ resourceMetrics });
}

function pointOf({ tags, value, timestampMs }: Metric): Point {
  const timeUnixNano = timestampMs === 0 ? "0" : `${timestampMs}000000`;
  return { attributes: attributesOf(tags), timeUnixNano, asDouble: value };
}

function attributesOf(tags: Tags): Attribute[] {
  const attributes: Attribute[] = [];
  for (const key in tags) attributes.push({ key, value: { stringValue: tags[key] ?? "" } });
  return attributes;
}
