// Metrics as Prometheus' series: names and labels in its characters, samples in order of time.
import { BoundedMap } from "../kernel/bounded-map.ts";
import type { Metric } from "../metric/metric.ts";
import { seriesKey } from "../metric/series.ts";
import { prometheusGaugeName, prometheusLabelName } from "./prometheus-name.ts";
import { encodeLabels, type Label, type RemoteSample, type RemoteSeries } from "./remote-write.ts";

export interface HostMetrics {
  readonly host: string;
  readonly metrics: readonly Metric[];
}

/** Series whose labels are kept ready. */
const remembered = 20_000;

/**
 * The tags of a metric are labels, and win over `host`, which wins over `external`. Series whose names become one are
 * one; of two samples of one time the later one counts.
 */
export function createRemoteSeries(
  external: Readonly<Record<string, string>>,
): (parcels: readonly HostMetrics[]) => RemoteSeries[] {
  const known = new BoundedMap<string, Buffer>(remembered);
  const labelsOf = (metric: Metric, host: string) => {
    const key = `${host}\n${seriesKey(metric)}`;
    const ready = known.get(key);
    if (ready !== undefined) return ready;
    const labels = encodeLabels(labelsIn(metric, host, external));
    known.set(key, labels);
    return labels;
  };
  return (parcels) => {
    const groups = new Map<string, { labels: Buffer; samples: Map<number, number> }>();
    for (const { host, metrics } of parcels) {
      for (const metric of metrics) {
        const labels = labelsOf(metric, host);
        const key = labels.toString("latin1");
        const group = groups.get(key);
        if (group !== undefined) group.samples.set(metric.timestampMs, metric.value);
        else groups.set(key, { labels, samples: new Map([[metric.timestampMs, metric.value]]) });
      }
    }
    return [...groups.values()].map(({ labels, samples }) => ({ labels, samples: inOrder(samples) }));
  };
}

function inOrder(samples: ReadonlyMap<number, number>): RemoteSample[] {
  const list = [...samples].map(([timestampMs, value]) => ({ timestampMs, value }));
  return list.sort((one, other) => one.timestampMs - other.timestampMs);
}

function labelsIn({ name, tags }: Metric, host: string, external: Readonly<Record<string, string>>): Label[] {
  const labels = new Map([["__name__", prometheusGaugeName(name)]]);
  const offered = [
    ...Object.entries(tags).sort(byName),
    ["host", host],
    ...Object.entries(external),
  ] as Label[];
  for (const [label, value] of offered) {
    const plain = prometheusLabelName(label);
    if (value !== "" && !labels.has(plain)) labels.set(plain, value);
  }
  return [...labels].sort(byName);
}

function byName([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : Number(one > other);
}
